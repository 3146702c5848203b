/**
 * `tcp-request`: who is let in, and what is looked at for how long.
 *
 * @module
 */
import type { Problems } from "../importer.ts";
import {
  allOf,
  conjunctions,
  type Expression,
  not,
  testsOf,
} from "../ordered/expression.ts";
import { type Origin, quoted } from "../origin.ts";
import type { Conditions } from "./conditions.ts";
import { milliseconds } from "./durations.ts";
import type { Ledger } from "./ledger.ts";
import type { Proxy } from "./proxies.ts";
import { type Line, originOf, textOf, type Word } from "./words.ts";

/** A rule that refuses. */
export interface Refusal {
  readonly when: Expression;
  readonly origin: Origin;
}

/** What the `tcp-request` rules of a frontend say. */
export interface ContentRules {
  /** In their order, before all that choose a backend. */
  readonly refusals: readonly Refusal[];
  /** How long the content may take; `null`: nothing is said. */
  readonly inspectDelay:
    | { readonly ms: number; readonly origin: Origin }
    | null;
  /** Whose PROXY header is read. */
  readonly expectProxy: readonly Refusal[];
}

/** What reading them may tell. */
export interface ContentContext {
  readonly problems: Problems;
  readonly ledger: Ledger;
  note(origin: Origin, text: string): void;
}

/** When rules are tried, the earliest first. */
const LAYERS = ["connection", "session", "content"];

/** Reads the rules of a frontend. */
export function contentRules(
  proxy: Proxy,
  conditions: Conditions,
  context: ContentContext,
): ContentRules {
  const refusals: Refusal[] = [];
  const expectProxy: Refusal[] = [];
  for (const layer of LAYERS) {
    // What a layer accepts its later rules do not refuse.
    const accepted: Refusal[] = [];
    for (const line of proxy.own("tcp-request", layer)) {
      const [, , action, ...rest] = line;
      if (action === undefined) continue;
      context.ledger.use(line[1]!, action);
      const rule = readRule(action, { rest, line }, { conditions, context });
      if (rule === null) continue;
      const origin = originOf(line);
      if (rule.kind === "accept") {
        accepted.push({ when: rule.when, origin });
        if (layer === "content") checkWait(rule.when, line, context);
      } else if (rule.kind === "reject") {
        const when = behind(accepted, rule.when, context);
        refusals.push({ when, origin });
      } else expectProxy.push({ when: rule.when, origin });
    }
  }
  return { refusals, expectProxy, inspectDelay: readDelay(proxy, context) };
}

/** HAProxy does not wait for content to accept what it knows without. */
function checkWait(
  when: Expression,
  line: Line,
  { note }: ContentContext,
): void {
  const waits = line.some(({ text }) => /^(?:WAIT_END|wait_end)$/.test(text));
  const atOnce = conjunctions(when)?.some((terms) =>
    terms.length > 0 &&
    terms.every(({ test }) => test.kind === "word" && test.protocol === null)
  );
  if (waits || !atOnce) return;
  note(
    originOf(line),
    "HAProxy accepts such connections before their content has come, and then decides by what is there; passthru waits for what its rules test",
  );
}

/** What is refused, though not what an earlier rule accepts. */
function behind(
  accepted: readonly Refusal[],
  when: Expression,
  { note }: ContentContext,
): Expression {
  const said = accepted.filter(({ when, origin }) => {
    const unsaid = [...testsOf(when)].find(({ kind }) => kind === "unknown");
    if (unsaid?.kind !== "unknown") return true;
    note(
      origin,
      `What is accepted here is not told apart (${unsaid.reason}): rules behind it refuse it, too`,
    );
    return false;
  });
  return said.length === 0
    ? when
    : allOf([...said.map(({ when }) => not(when)), when]);
}

interface Rule {
  readonly kind: "accept" | "reject" | "expect-proxy";
  readonly when: Expression;
}

function readRule(
  action: Word,
  { rest, line }: { rest: readonly Word[]; line: Line },
  { conditions, context }: { conditions: Conditions; context: ContentContext },
): Rule | null {
  switch (action.text) {
    case "accept":
    case "reject":
    case "silent-drop":
      if (action.text === "silent-drop") {
        context.note(
          action.origin,
          '"silent-drop": the connection is closed here ("with": "drop" holds it)',
        );
      }
      return {
        kind: action.text === "accept" ? "accept" : "reject",
        when: conditions.read(rest),
      };
    case "expect-proxy": {
      const [layer, ...condition] = rest;
      if (layer !== undefined) context.ledger.use(layer);
      return { kind: "expect-proxy", when: conditions.read(condition) };
    }
  }
  // A variable is looked up where a condition tests it.
  if (/^set-var\(/.test(action.text) && !rest.some(isCondition)) {
    context.ledger.useAll(rest);
    return null;
  }
  context.ledger.useAll(rest);
  context.note(
    originOf(line),
    `${quoted(textOf(line))} has no equivalent${reasonOf(action.text)}`,
  );
  return null;
}

function isCondition({ text }: Word): boolean {
  return text === "if" || text === "unless";
}

function reasonOf(action: string): string {
  if (action.startsWith("track-sc")) {
    return ': "max_connections_per_ip" and "max_new_per_second_per_ip" count by address';
  }
  if (/^set-(?:dst|src)/.test(action) || action.startsWith("do-resolve")) {
    return ': a target can have "{sni}" under a rule by a wildcard';
  }
  return "";
}

/** Variables that are set without a condition, with their samples. */
export function variablesOf(proxy: Proxy): Map<string, string> {
  const variables = new Map<string, string>();
  for (const [, , action, sample, ...rest] of proxy.own("tcp-request")) {
    const name = /^set-var\(([\w.]+)\)$/.exec(action?.text ?? "")?.[1];
    if (name === undefined || sample === undefined) continue;
    if (rest.length === 0) variables.set(name, sample.text);
  }
  return variables;
}

function readDelay(
  proxy: Proxy,
  { problems }: ContentContext,
): ContentRules["inspectDelay"] {
  const line = proxy.setting("tcp-request", "inspect-delay");
  const ms = milliseconds(line?.[2], problems);
  return line === undefined || ms === null
    ? null
    : { ms, origin: originOf(line) };
}
