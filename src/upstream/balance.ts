/**
 * Choosing one of several targets: pure, all that varies is given.
 *
 * @module
 */
import type { Balance } from "../config/plan.ts";
import { sourceHash } from "./source_hash.ts";

/** What choosing depends on. Targets are named by their places in the upstream. */
export interface BalanceInput {
  /** The weight of each target; those with 0 are never candidates. */
  readonly weights: readonly number[];
  /** What tells each target apart, whatever its place. */
  readonly keys: readonly string[];
  /** Open connections to a target. */
  readonly connections: (target: number) => number;
  /** 0, 1, 2, ...: whoever shares the upstream draws from the same tickets. */
  readonly ticket: () => number;
  /** As `Math.random`. */
  readonly random: () => number;
}

/**
 * Chooses one of the candidates, of which there is at least one.
 *
 * @param client The client's address without the port.
 */
export type Chooser = (candidates: readonly number[], client: string) => number;

/** The chooser of a `balance`. */
export function chooserOf(balance: Balance, input: BalanceInput): Chooser {
  switch (balance) {
    case "round_robin":
      return roundRobin(input);
    case "least_connections":
      return leastConnections(input);
    case "source_hash":
      return (candidates, client) => sourceHash(candidates, client, input);
    case "random":
      return (candidates) => twoChoices(candidates, input);
  }
}

/**
 * One round of turns in which each target has as many as its weight, spread as
 * evenly as can be: nginx's smooth weighted round robin.
 */
export function smoothRound(weights: readonly number[]): Uint32Array {
  const divisor = weights.reduce(greatestCommonDivisor, 0) || 1;
  const shares = weights.map((weight) => weight / divisor);
  const total = shares.reduce((sum, share) => sum + share, 0);
  const credit = weights.map(() => 0);
  const round = new Uint32Array(total);
  for (let turn = 0; turn < total; turn++) {
    let next = 0;
    for (let i = 0; i < shares.length; i++) {
      credit[i]! += shares[i]!;
      if (credit[i]! > credit[next]!) next = i;
    }
    credit[next]! -= total;
    round[turn] = next;
  }
  return round;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

/**
 * Turns in the order of {@linkcode smoothRound}. The turn of a target that is no
 * candidate is passed over, so that the others keep their shares among them.
 */
function roundRobin({ weights, ticket }: BalanceInput): Chooser {
  let round: Uint32Array | null = null;
  return (candidates) => {
    if (candidates.length === 1) return candidates[0]!;
    round ??= smoothRound(weights);
    for (let tries = 0; tries < round.length; tries++) {
      const next = round[ticket() % round.length]!;
      if (candidates.includes(next)) return next;
    }
    // Others who draw tickets took all turns of the candidates.
    return candidates[0]!;
  };
}

/** The fewest connections for its weight; those that are equal take turns. */
function leastConnections(input: BalanceInput): Chooser {
  const turns = roundRobin(input);
  return (candidates, client) => {
    const loads = candidates.map((target) => loadOf(target, input));
    const least = Math.min(...loads);
    return turns(candidates.filter((_, i) => loads[i] === least), client);
  };
}

/** Two at random, by weight, and the one with less load for its weight. */
function twoChoices(
  candidates: readonly number[],
  input: BalanceInput,
): number {
  const first = drawn(candidates, input);
  const others = candidates.filter((target) => target !== first);
  if (others.length === 0) return first;
  const second = drawn(others, input);
  return loadOf(second, input) < loadOf(first, input) ? second : first;
}

function drawn(
  candidates: readonly number[],
  { weights, random }: BalanceInput,
): number {
  const total = candidates.reduce((sum, target) => sum + weights[target]!, 0);
  let left = random() * total;
  for (const target of candidates) {
    left -= weights[target]!;
    if (left < 0) return target;
  }
  return candidates[candidates.length - 1]!;
}

function loadOf(target: number, { connections, weights }: BalanceInput) {
  return connections(target) / weights[target]!;
}
