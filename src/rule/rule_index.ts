/**
 * Finds the first rule that fits a connection without testing all of them.
 *
 * @module
 */
import { networkKey } from "../address/cidr.ts";
import type { Facts } from "../detect/facts.ts";
import type { Condition } from "./condition.ts";
import type { Connection } from "./connection.ts";

/** A place where rules are found: by an exact value, a suffix or a block. */
type Place =
  | {
    readonly kind: "exact" | "suffix";
    readonly fact: string;
    readonly value: string;
  }
  | {
    readonly kind: "block";
    readonly bits: number;
    readonly prefix: number;
    readonly value: string;
  };

/** The places of one fact. */
interface FactPlaces {
  readonly exact: Map<string, number[]>;
  readonly suffixes: Map<string, number[]>;
  /** Lengths of the suffixes: no other part of a value needs to be looked up. */
  readonly lengths: Set<number>;
}

/** Blocks of one address family, by the length of their prefix. */
type BlockPlaces = Map<number, Map<string, number[]>>;

/**
 * Rules in the order in which they are tried, each kept under the one of its
 * conditions that the fewest others share. Looking up costs time by the rules
 * that share the connection's values, not by the number of rules.
 */
export class RuleIndex {
  readonly #rules: readonly (readonly Condition[])[];
  readonly #facts = new Map<string, FactPlaces>();
  /** By the bits of an address: 32 or 128. */
  readonly #blocks = new Map<number, BlockPlaces>();
  /** The rules that have no such condition. */
  readonly #others: number[] = [];

  /** @param rules The conditions of each rule, the first to be tried first. */
  constructor(rules: readonly (readonly Condition[])[]) {
    this.#rules = rules;
    const counts = new Map<string, number>();
    for (const conditions of rules) {
      for (const place of conditions.flatMap(placesOf)) {
        counts.set(keyOf(place), (counts.get(keyOf(place)) ?? 0) + 1);
      }
    }
    rules.forEach((conditions, rank) => {
      const places = rarest(conditions, counts);
      if (places.length === 0) this.#others.push(rank);
      for (const place of places) this.#list(place).push(rank);
    });
  }

  /** Place of the first rule whose conditions all hold; -1: none. */
  first(facts: Facts, connection: Connection): number {
    const search = new Search(this.#rules, facts, connection);
    for (const [fact, places] of this.#facts) {
      const value = facts[fact];
      if (typeof value === "string") searchValue(search, places, value);
      else if (Array.isArray(value)) {
        for (const one of value) searchValue(search, places, one);
      }
    }
    if (this.#blocks.size > 0 && connection.address !== null) {
      this.#searchBlocks(search, connection.address);
    }
    // Last, since these may be costly and rank low mostly.
    search.among(this.#others);
    return search.best === Infinity ? -1 : search.best;
  }

  #searchBlocks(search: Search, address: Uint8Array): void {
    const blocks = this.#blocks.get(address.length * 8) ?? new Map();
    for (const [prefix, networks] of blocks) {
      search.among(networks.get(networkKey(address, prefix)));
    }
  }

  /** The rules of a place, made when it is new. */
  #list(place: Place): number[] {
    if (place.kind === "block") {
      const family = getOrMake(
        this.#blocks,
        place.bits,
        (): BlockPlaces => new Map(),
      );
      const networks = getOrMake(family, place.prefix, () => new Map());
      return getOrMake(networks, place.value, () => []);
    }
    const places = getOrMake(this.#facts, place.fact, (): FactPlaces => ({
      exact: new Map(),
      suffixes: new Map(),
      lengths: new Set(),
    }));
    if (place.kind === "suffix") places.lengths.add(place.value.length);
    const lists = place.kind === "exact" ? places.exact : places.suffixes;
    return getOrMake(lists, place.value, () => []);
  }
}

/** The best rule of those that were looked at. */
class Search {
  best = Infinity;
  readonly #rules: readonly (readonly Condition[])[];
  readonly #facts: Facts;
  readonly #connection: Connection;

  constructor(
    rules: readonly (readonly Condition[])[],
    facts: Facts,
    connection: Connection,
  ) {
    this.#rules = rules;
    this.#facts = facts;
    this.#connection = connection;
  }

  /** Looks for a better rule in a list, which is in the order of trying. */
  among(ranks: readonly number[] | undefined): void {
    for (const rank of ranks ?? []) {
      if (rank >= this.best) return;
      const fits = this.#rules[rank]!.every((condition) =>
        condition.holds(this.#facts, this.#connection)
      );
      if (fits) this.best = rank;
    }
  }
}

/** Looks up the value itself, then each suffix of it that starts at a dot. */
function searchValue(search: Search, places: FactPlaces, value: string): void {
  search.among(places.exact.get(value));
  if (places.lengths.size === 0) return;
  for (let dot = value.indexOf("."); dot >= 0;) {
    if (places.lengths.has(value.length - dot)) {
      search.among(places.suffixes.get(value.slice(dot)));
    }
    dot = value.indexOf(".", dot + 1);
  }
}

/** The places of the condition whose places the fewest rules share. */
function rarest(
  conditions: readonly Condition[],
  counts: ReadonlyMap<string, number>,
): Place[] {
  let best: Place[] = [];
  let bestCount = Infinity;
  for (const condition of conditions) {
    const places = placesOf(condition);
    const count = places.reduce(
      (most, place) => Math.max(most, counts.get(keyOf(place))!),
      0,
    );
    if (places.length > 0 && count < bestCount) {
      [best, bestCount] = [places, count];
    }
  }
  return best;
}

/** Where a rule with this condition can be kept; empty: nowhere. */
function placesOf(condition: Condition): Place[] {
  if (condition.negated) return [];
  if (condition.kind === "common") {
    return condition.common.kind === "from"
      ? condition.common.blocks.map(({ network, prefix }) => ({
        kind: "block",
        bits: network.length * 8,
        prefix,
        value: networkKey(network, prefix),
      }))
      : [];
  }
  const { fact, matcher: { form, value } } = condition;
  return form === "exact" || form === "suffix"
    ? [{ kind: form, fact, value }]
    : [];
}

function keyOf(place: Place): string {
  return place.kind === "block"
    ? `${place.bits} ${place.prefix} ${place.value}`
    : `${place.kind} ${place.fact} ${place.value}`;
}

function getOrMake<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
