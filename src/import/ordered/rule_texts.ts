/**
 * Rules as the config spells them.
 *
 * @module
 */
import { type Condition, conditionText } from "../../rule/condition.ts";
import { specificity } from "../../rule/rank.ts";
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
 * Rules as texts. Those that differ in their host alone become one, with a list
 * of hosts.
 *
 * @param placeByPlace Whether they must be of one place of the original; if not,
 * they must be neighbours.
 */
export function writtenRules<Action>(
  entries: readonly OrderedEntry<Action>[],
  { placeByPlace }: { readonly placeByPlace: boolean },
): WrittenRule<Action>[] {
  const drafts = new Drafts<Action>();
  for (const entry of entries) {
    const next = draftOf(entry);
    const known = placeByPlace
      ? drafts.ofPlace(next, entry)
      : drafts.all.length - 1;
    drafts.add(next, { to: known, entry });
  }
  return drafts.all.map((draft) => ({
    text: textOf(draft),
    action: draft.action,
    origin: draft.origin,
  }));
}

/** Drafts in the order of the rules. */
class Drafts<Action> {
  readonly all: Draft<Action>[] = [];
  /** By place and all that is not a host, the last index. */
  readonly #byPlace = new Map<string, number>();
  /** By specificity and host, the last index: of such rules the order matters. */
  readonly #byKey = new Map<string, number>();

  /** The index of the draft of the same place that hosts can be added to, or -1. */
  ofPlace(next: Draft<Action>, entry: OrderedEntry<Action>): number {
    const index = this.#byPlace.get(placeKey(next)) ?? -1;
    const last = this.#byKey.get(orderKey(next, entry)) ?? -1;
    return last <= index ? index : -1;
  }

  /** Adds a draft to another one, if they fit, or behind all of them. */
  add(
    next: Draft<Action>,
    { to, entry }: {
      readonly to: number;
      readonly entry: OrderedEntry<Action>;
    },
  ): void {
    const known = this.all[to];
    let index = to;
    if (known !== undefined && isSame(known, next)) {
      known.hosts.push(...next.hosts);
    } else index = this.all.push(next) - 1;
    this.#byPlace.set(placeKey(next), index);
    this.#byKey.set(orderKey(next, entry), index);
  }
}

function orderKey(
  { hosts }: Draft<unknown>,
  { conditions }: OrderedEntry<unknown>,
): string {
  return `${specificity(conditions).join()} ${hosts.join()}`;
}

function placeKey({ origin, host, others }: Draft<unknown>): string {
  const { source, span } = origin;
  return [source.file, span.offset, host?.word, others].join("\n");
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
