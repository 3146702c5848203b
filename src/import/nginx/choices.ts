/**
 * What nginx chooses by its variables as rules of a server.
 *
 * @module
 */
import type { Registry } from "../../detect/registry.ts";
import type { WrittenCondition } from "../../rule/written_condition.ts";
import type { Entry } from "../entry.ts";
import type { ImportedConfig } from "../imported_config.ts";
import {
  type Action,
  type LeftOut,
  REJECT,
  writeRules,
} from "../ordered/actions.ts";
import type { Outcome } from "../ordered/entries.ts";
import {
  all,
  type Expression,
  is,
  not,
  TRUE,
  word,
} from "../ordered/expression.ts";
import { Notes } from "../ordered/notes.ts";
import {
  type OrderedRule,
  translateServer,
} from "../ordered/ordered_server.ts";
import { NOT_TOLD_APART, SILENT } from "../ordered/silent.ts";
import { unreachedText } from "../ordered/unreached.ts";
import type { Directive } from "./directives.ts";
import type { Listener } from "./listen.ts";
import type { Say } from "./say.ts";

/** An action under conditions, all of which must hold. */
export interface Choice extends Outcome<Action> {
  readonly conditions: readonly WrittenCondition[];
}

/** The choices of a server, each list in its order. */
export interface Choices {
  /** Of connections with a hello that is read; none: as the others. */
  readonly secure: readonly Choice[];
  /** The last one has no conditions. */
  readonly others: readonly Choice[];
  /** Where nginx waits for the first bytes, and closes if none come. */
  readonly preread: Directive | undefined;
  readonly listener: Listener;
}

/** What writing choices needs. */
export interface ChoiceContext {
  readonly config: ImportedConfig;
  readonly registry: Registry;
  readonly say: Say;
}

/** Writes choices as the rules of a server. */
export function writeChoices(
  server: Entry,
  { secure, others, preread, listener }: Choices,
  { config, registry, say }: ChoiceContext,
): void {
  const otherwise = others.at(-1)!;
  const byAddress = others.slice(0, -1);
  const tls = isSame(secure, others) ? [] : secure;
  const detects = tls.length + byAddress.length > 0;
  const rules: OrderedRule<Action>[] = [
    ...detects && preread !== undefined
      ? [{ when: is(SILENT), action: REJECT, origin: preread.origin }]
      : [],
    ...tls.map((one) => ruleOf(one, is("TLS"))),
    ...byAddress.map((one) => ruleOf(one, TRUE)),
  ];
  const leftOut: LeftOut[] = [];
  const translated = translateServer({ rules, otherwise }, {
    registry,
    transport: listener.udp ? "udp" : "tcp",
    hasAddresses: listener.port !== "" || listener.proxyProtocol !== undefined,
    placeByPlace: true,
    problem: ({ origin }, reason) =>
      reason === NOT_TOLD_APART
        ? say(
          byAddress[0]!.origin,
          "A client that sends nothing goes to the default, whatever its address is, after silent_after",
        )
        : say(origin, `A part of this entry is left out: ${reason}`),
    unreached: (one) =>
      leftOut.push({ ...one, text: unreachedText(one, "This entry") }),
  });
  writeRules(server, translated, { config, notes: new Notes(), leftOut });
}

function ruleOf(
  { conditions, action, origin }: Choice,
  protocol: Expression,
): OrderedRule<Action> {
  return {
    when: all(protocol, ...conditions.map(expressionOf)),
    action,
    origin,
  };
}

function expressionOf({ word: name, value, negated }: WrittenCondition) {
  const test = word(name === "FROM" ? null : "TLS", [name, value]);
  return negated ? not(test) : test;
}

/** Whether a hello changes nothing. */
function isSame(one: readonly Choice[], other: readonly Choice[]): boolean {
  const said = (choices: readonly Choice[]) =>
    JSON.stringify(choices.map(({ conditions, action: { json } }) => [
      conditions,
      json,
    ]));
  return one.length === other.length && said(one) === said(other);
}
