/**
 * The routers of a file.
 *
 * @module
 */
import type { Problems } from "../importer.ts";
import { type Action, REJECT } from "../ordered/actions.ts";
import type { Expression } from "../ordered/expression.ts";
import { type Origin, quoted } from "../origin.ts";
import type { ObjectReader } from "../tree/reader.ts";
import type { Field } from "../tree/tree.ts";
import {
  hasTemplate,
  isCatchAll,
  matcherNames,
  ruleExpression,
  type RuleUse,
} from "./matchers.ts";
import type { Middlewares, RouterLimits } from "./middlewares.ts";
import { parseRule, RuleSyntaxError, type RuleTree } from "./rule_parser.ts";
import { localName, type Services } from "./services.ts";

/** A router that can be translated. */
export interface Router {
  readonly origin: Origin;
  readonly tls: boolean;
  /** Its rule for connections of a protocol with TLS, or of any without it. */
  when(protocol: RuleUse["protocol"]): Expression;
  readonly action: Action;
  readonly limits: RouterLimits;
  readonly priority: number;
}

/** What reading routers needs. */
export interface RouterContext {
  readonly problems: Problems;
  readonly middlewares: Middlewares;
  readonly services: Services;
  /** Whether rules are in the older syntax where they do not say so. */
  readonly v2: boolean;
  /** Told what has no equivalent. */
  note(origin: Origin, text: string): void;
}

/** Reads a router; `null`: it cannot be used, which is a problem. */
export function readRouter(
  { name, origin }: Field,
  object: ObjectReader,
  { problems, middlewares, services, v2, note }: RouterContext,
): Router | null {
  const text = object.text("rule");
  const syntax = object.text("ruleSyntax");
  const limits = middlewares.of(object);
  const service = serviceOf(object, { name, services, problems });
  const tls = object.object("tls");
  const passthrough = tls?.boolean("passthrough") === true;
  const tree = text === null ? null : readRule(object, text);
  if (text === null) {
    problems.add(origin, `The router ${quoted(name)} has no rule`);
  }
  const given = object.number("priority");
  if (tree === null || service === null) return null;
  const named = matcherNames(tree).includes("hostsni") && !isCatchAll(tree);
  if (tls === null && named) {
    problems.add(
      object.field("rule")!.value.origin,
      `The rule of the router ${
        quoted(name)
      } tests a server name: expected "tls" with "passthrough: true" beside it`,
    );
    return null;
  }
  if (tls !== null && !passthrough) {
    note(
      tls.origin,
      `The router ${
        quoted(name)
      } decrypts, which passthru does not do: its connections are refused. With "passthrough: true" they go to a target that decrypts`,
    );
  }
  const isOlder = syntax === null ? v2 || hasTemplate(tree) : syntax === "v2";
  const standard = isCatchAll(tree) ? -1 : text!.length;
  return {
    origin,
    tls: tls !== null,
    when: (protocol) => ruleExpression(tree, { protocol, v2: isOlder }),
    action: tls !== null && !passthrough ? REJECT : services.action(service),
    limits,
    priority: given === null || given === 0 ? standard : given,
  };
}

function readRule(object: ObjectReader, text: string): RuleTree | null {
  try {
    return parseRule(text);
  } catch (error) {
    if (!(error instanceof RuleSyntaxError)) throw error;
    object.wrong("rule", `a rule: ${error.message}`);
    return null;
  }
}

/** The service of a router; `null`: there is none, which is a problem. */
export function serviceOf(
  object: ObjectReader,
  { name, services, problems }: {
    readonly name: string;
    readonly services: Services;
    readonly problems: Problems;
  },
): string | null {
  const service = object.text("service");
  if (service !== null && services.has(service)) return localName(service);
  problems.add(
    object.field("service")?.value.origin ?? object.origin,
    service === null
      ? `The router ${quoted(name)} has no service`
      : `There is no service of the name ${quoted(service)}`,
  );
  return null;
}
