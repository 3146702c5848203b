/**
 * Rules as the config spells them.
 *
 * @module
 */
import { type Condition, conditionText } from "../../rule/condition.ts";
import type { OrderedEntry, Outcome } from "./entries.ts";

/** A rule of the config. */
export interface WrittenRule<Action> extends Outcome<Action> {
  readonly text: string;
}

/** Longest rule that hosts are still added to, in characters. */
const MAX_LENGTH = 90;

/** A rule while hosts may still be added. */
interface Draft<Action> extends Outcome<Action> {
  /** The condition that is a list; `null`: none can be one. */
  readonly host: Condition | null;
  readonly hosts: string[];
  readonly others: string;
}

/**
 * Rules as texts. Neighbours that differ in their host alone become one, with a
 * list of hosts.
 */
export function writtenRules<Action>(
  entries: readonly OrderedEntry<Action>[],
): WrittenRule<Action>[] {
  const drafts: Draft<Action>[] = [];
  for (const entry of entries) {
    const next = draftOf(entry);
    const last = drafts.at(-1);
    if (last !== undefined && isSame(last, next)) {
      last.hosts.push(...next.hosts);
    } else drafts.push(next);
  }
  return drafts.map((draft) => ({
    text: textOf(draft),
    action: draft.action,
    origin: draft.origin,
  }));
}

function draftOf<Action>(
  { conditions, action, origin }: OrderedEntry<Action>,
): Draft<Action> {
  const hosts = conditions.filter((condition) =>
    condition.kind === "fact" && condition.host && !condition.negated &&
    ["exact", "suffix"].includes(condition.matcher.form)
  );
  const host = hosts.length === 1 ? hosts[0]! : null;
  return {
    action,
    origin,
    host,
    hosts: host === null ? [] : [host.value],
    others: conditions.filter((condition) => condition !== host)
      .map(conditionText).join(" "),
  };
}

function isSame<Action>(last: Draft<Action>, next: Draft<Action>): boolean {
  return last.host !== null && next.host !== null &&
    last.action === next.action && last.host.word === next.host.word &&
    last.others === next.others &&
    textOf(last).length + next.hosts.join().length < MAX_LENGTH;
}

function textOf({ host, hosts, others }: Draft<unknown>): string {
  return host === null
    ? others
    : `${host.word} ${hosts.join(",")} ${others}`.trim();
}
