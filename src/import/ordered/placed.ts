/**
 * Rules by one value that they ask for: most are for one host, for all below one,
 * or for one path.
 *
 * @module
 */
import type { Condition, FactCondition } from "../../rule/condition.ts";

/** The value that a rule asks for, or what all its values end in. */
interface Place {
  readonly fact: string;
  /** A value; or the end of a host, with a dot before it. */
  readonly value: string;
  readonly isBelow: boolean;
}

/** Rules, of which those that may fit one connection are found fast. */
export class Placed<
  Entry extends { readonly conditions: readonly Condition[] },
> {
  readonly #all: Entry[] = [];
  /** Those for a value, or for the hosts below one, by that. */
  readonly #at = new Map<string, Entry[]>();
  /** Those for a host below one, or for all below it or a part of them. */
  readonly #under = new Map<string, Entry[]>();
  /** All of those, by the fact whose value it is. */
  readonly #byFact = new Map<string, Entry[]>();
  readonly #others: Entry[] = [];

  /** All, in the order in which they were added. */
  get all(): readonly Entry[] {
    return this.#all;
  }

  /** Adds a rule. */
  add(entry: Entry): void {
    this.#all.push(entry);
    const place = placeOf(entry);
    if (place === null) {
      this.#others.push(entry);
      return;
    }
    append(this.#byFact, place.fact, entry);
    append(this.#at, keyOf(place), entry);
    if (place.isBelow) append(this.#under, keyOf(place), entry);
    for (const above of endsOf(place)) append(this.#under, above, entry);
  }

  /** Those that may fit a connection that the rule fits too. */
  near(entry: Entry): readonly Entry[] {
    const place = placeOf(entry);
    if (place === null) return this.#all;
    const key = keyOf(place);
    return [
      ...(place.isBelow ? this.#under : this.#at).get(key) ?? [],
      ...endsOf(place).flatMap((above) => this.#at.get(above) ?? []),
      // Another fact may have any value.
      ...[...this.#byFact].flatMap(([fact, entries]) =>
        fact === place.fact ? [] : entries
      ),
      ...this.#others,
    ];
  }
}

/** By one host, or else by another value, or else by what hosts end in. */
function placeOf(
  { conditions }: { readonly conditions: readonly Condition[] },
): Place | null {
  const facts = conditions.filter((one): one is FactCondition =>
    one.kind === "fact" && !one.negated && !one.many
  );
  const exact = facts.filter(({ matcher }) => matcher.form === "exact");
  const one = exact.find(({ host }) => host) ?? exact[0];
  if (one !== undefined) {
    return { fact: one.fact, value: one.matcher.value, isBelow: false };
  }
  for (const { fact, host, matcher } of facts) {
    const value = host ? endOf(matcher) : null;
    if (value !== null) return { fact, value, isBelow: true };
  }
  return null;
}

/** What all hosts that fit end in; `null`: that is not known. */
function endOf(
  { form, value }: FactCondition["matcher"],
): string | null {
  if (form === "suffix") return value;
  // Without alternatives all of them have what is behind the last star or plus.
  const end = form === "pattern" &&
    /^[^|]*?[^\\|]((?:\\\.[a-z\d_-]+)+)\$\/$/.exec(value)?.[1];
  return end ? end.replaceAll("\\", "") : null;
}

function keyOf({ fact, value }: Place): string {
  return `${fact} ${value}`;
}

/** Of `a.b.example` and of `.a.b.example`: `.b.example` and `.example`. */
function endsOf({ fact, value }: Place): string[] {
  const found: string[] = [];
  for (let dot = value.indexOf(".", 1); dot >= 0;) {
    found.push(`${fact} ${value.slice(dot)}`);
    dot = value.indexOf(".", dot + 1);
  }
  return found;
}

function append<Entry>(
  lists: Map<string, Entry[]>,
  key: string,
  entry: Entry,
): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [entry]);
  else list.push(entry);
}
