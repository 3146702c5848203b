/**
 * Rules by the hosts that they are for: most are for one, or for all below one.
 *
 * @module
 */
import type { Condition, FactCondition } from "../../rule/condition.ts";

/** Rules, of which those that may fit one connection are found fast. */
export class Placed<
  Entry extends { readonly conditions: readonly Condition[] },
> {
  readonly #all: Entry[] = [];
  /** Those for a host, or for the hosts below one, by that. */
  readonly #at = new Map<string, Entry[]>();
  /** Those for a host below one, or for all below it or a part of them. */
  readonly #under = new Map<string, Entry[]>();
  /** All of those, by the fact that is the host. */
  readonly #byFact = new Map<string, Entry[]>();
  readonly #others: Entry[] = [];

  /** All, in the order in which they were added. */
  get all(): readonly Entry[] {
    return this.#all;
  }

  /** Adds a rule. */
  add(entry: Entry): void {
    this.#all.push(entry);
    const host = hostOf(entry);
    if (host === null) {
      this.#others.push(entry);
      return;
    }
    append(this.#byFact, host.fact, entry);
    append(this.#at, keyOf(host), entry);
    for (const above of [...ownSuffix(host), ...suffixesAbove(host)]) {
      append(this.#under, above, entry);
    }
  }

  /** Those that may fit a connection that the rule fits too. */
  near(entry: Entry): readonly Entry[] {
    const host = hostOf(entry);
    if (host === null) return this.#all;
    const own = host.matcher.form === "suffix"
      ? this.#under.get(keyOf(host))
      : this.#at.get(keyOf(host));
    return [
      ...own ?? [],
      ...suffixesAbove(host).flatMap((above) => this.#at.get(above) ?? []),
      // Another fact may be any host.
      ...[...this.#byFact].flatMap(([fact, entries]) =>
        fact === host.fact ? [] : entries
      ),
      ...this.#others,
    ];
  }
}

/** The condition about one host, or else about all below one. */
function hostOf(
  { conditions }: { readonly conditions: readonly Condition[] },
): FactCondition | null {
  const hosts = conditions.filter((one) =>
    one.kind === "fact" && one.host && !one.negated && !one.many
  ) as FactCondition[];
  return hosts.find(({ matcher }) => matcher.form === "exact") ??
    hosts.find(({ matcher }) => matcher.form === "suffix") ?? null;
}

function keyOf({ fact, matcher }: FactCondition): string {
  return `${fact} ${matcher.value}`;
}

function ownSuffix(host: FactCondition): string[] {
  return host.matcher.form === "suffix" ? [keyOf(host)] : [];
}

/** Of `a.b.example` and of `.a.b.example`: `.b.example` and `.example`. */
function suffixesAbove({ fact, matcher: { value } }: FactCondition): string[] {
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
