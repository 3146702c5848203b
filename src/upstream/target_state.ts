/**
 * What is known of a Plan's targets, in words: for the admin API.
 *
 * @module
 */
import { targetText } from "../config/targets.ts";
import type { FoundTargets } from "./found_targets.ts";
import { failureText } from "./last_dial.ts";
import { CHECKS, EJECTED } from "./target_health.ts";
import { HealthWord, type TargetMemory } from "./target_memory.ts";
import type { TargetTable } from "./target_table.ts";

/** What is known of a target. */
export interface TargetState {
  /** As the config spells it; what DNS found for a service. */
  readonly target: string;
  /** Names of the upstreams that it belongs to. */
  readonly upstreams: readonly string[];
  /**
   * Whether its checks pass and its last dial did not fail; `null`: it is not
   * checked, and its last dial did not fail.
   */
  readonly healthy: boolean | null;
  /** Why its last dial failed; absent: it did not. */
  readonly failing?: string;
  /** More about why it is not healthy, and when it is tried again. */
  readonly note?: string;
}

/**
 * The targets of a Plan, in its order. One that several upstreams name, each with
 * other checks, is there once: it is healthy when all say so.
 *
 * @param memory What the Plan's data planes know.
 * @param found The targets of services now.
 * @param now The time in milliseconds since the epoch.
 */
export function targetStates(
  { table, memory, found, now }: {
    readonly table: TargetTable;
    readonly memory: TargetMemory;
    readonly found: readonly FoundTargets[];
    readonly now: number;
  },
): TargetState[] {
  const states = new Map<string, TargetState>();
  for (const { slot, text } of placesOf(table, found)) {
    const names = table.slots[slot]!.upstreams
      .map((index) => table.upstreams[index]!.name);
    const state: TargetState = {
      target: text,
      upstreams: [...new Set(names)],
      ...healthOf(memory, slot, now),
    };
    const known = states.get(text);
    states.set(text, known === undefined ? state : merged(known, state));
  }
  return [...states.values()];
}

/** The slots that have a target, with what it is called. */
function placesOf(
  { slots, services }: TargetTable,
  found: readonly FoundTargets[],
): { slot: number; text: string }[] {
  const ofServices = new Set(services.flatMap((service) => service.slots));
  return [
    ...slots.flatMap(({ target }, slot) =>
      ofServices.has(slot) ? [] : [{ slot, text: targetText(target) }]
    ),
    ...found.flatMap(({ targets }) => targets ?? [])
      .map(({ target, slot }) => ({ slot, text: target.address.text })),
  ];
}

function healthOf(
  memory: TargetMemory,
  slot: number,
  now: number,
): Pick<TargetState, "healthy" | "failing" | "note"> {
  const load = (word: HealthWord) => Atomics.load(...memory.word(slot, word));
  const down = load(HealthWord.down);
  const streak = load(HealthWord.streak);
  const failing = failureText(memory, slot);
  const notes: string[] = [];
  if ((down & CHECKS) !== 0) {
    notes.push(
      streak < 0
        ? `${-streak} checks in a row failed`
        : `${streak} checks passed`,
    );
  }
  if ((down & EJECTED) !== 0) {
    const waitMs = Number(Atomics.load(...memory.time(slot))) - now;
    const seconds = Math.ceil(Math.max(0, waitMs) / 1_000);
    notes.push(
      seconds === 0
        ? "dials failed; the next connection tries it"
        : `dials failed; tried again in ${seconds} s`,
    );
  }
  const isBad = down !== 0 || failing !== null;
  return {
    healthy: isBad ? false : streak === 0 ? null : true,
    ...(failing === null ? {} : { failing }),
    ...(notes.length === 0 ? {} : { note: notes.join("; ") }),
  };
}

function merged(a: TargetState, b: TargetState): TargetState {
  const notes = [...new Set([a.note, b.note])].filter((note) =>
    note !== undefined
  );
  const healthy = a.healthy === false || b.healthy === false
    ? false
    : a.healthy ?? b.healthy;
  const failing = a.failing ?? b.failing;
  return {
    target: a.target,
    upstreams: [...new Set([...a.upstreams, ...b.upstreams])],
    healthy,
    ...(failing === undefined ? {} : { failing }),
    ...(notes.length === 0 ? {} : { note: notes.join("; ") }),
  };
}
