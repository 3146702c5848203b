/**
 * Which target of an upstream is dialled next. Pure: what is known of the
 * targets, and chance, are given.
 *
 * @module
 */
import type { TargetPlan } from "../config/plan.ts";
import { targetKey } from "../config/targets.ts";
import { type Chooser, chooserOf } from "./balance.ts";
import type { TargetHealth } from "./target_health.ts";
import type { TargetMemory } from "./target_memory.ts";
import type { UpstreamPlace } from "./target_table.ts";

/** What an {@linkcode Upstream} looks at. */
export interface UpstreamOptions {
  readonly memory: TargetMemory;
  readonly health: TargetHealth;
  /** As `Math.random`. */
  readonly random: () => number;
}

/** A target to dial. */
export interface Pick {
  /** Its place in the upstream. */
  readonly index: number;
  readonly target: TargetPlan;
  /** Its slot in the shared memory. */
  readonly slot: number;
  /** Whether it is ejected and this dial is its trial. */
  readonly trial: boolean;
}

/** The targets of one route. */
export class Upstream {
  readonly #place: UpstreamPlace;
  readonly #health: TargetHealth;
  readonly #choose: Chooser;
  /** Targets that can be chosen: first those that are used first. */
  readonly #tiers: readonly (readonly number[])[];

  /** Looks at what is shared; changes nothing. */
  constructor(
    place: UpstreamPlace,
    { memory, health, random }: UpstreamOptions,
  ) {
    const { targets, balance } = place.route;
    this.#place = place;
    this.#health = health;
    this.#choose = chooserOf(balance, {
      weights: targets.map(({ weight }) => weight),
      keys: targets.map(targetKey),
      connections: (target) => memory.connections(place.slots[target]!),
      ticket: () => memory.ticket(place.index),
      random,
    });
    const eligible = [...targets.keys()].filter((i) => targets[i]!.weight > 0);
    const tiers = place.tiers ?? targets.map(({ backup }) => Number(backup));
    this.#tiers = [...new Set(tiers)].sort((a, b) => a - b)
      .map((tier) => eligible.filter((i) => tiers[i] === tier));
  }

  /** The slots of all targets, in the order of the Plan. */
  get slots(): readonly number[] {
    return this.#place.slots;
  }

  /** Targets that are up and can be chosen. */
  get up(): number {
    return this.#tiers.flat()
      .filter((target) => this.#health.isUp(this.slots[target]!)).length;
  }

  /**
   * Chooses among the targets that were not tried: those that are up or due for
   * a trial, those of a later tier only when no other is; and when all are down, any of them,
   * since a target that may be up again is better than none.
   *
   * @param client The client's address without the port.
   * @returns `null`: all were tried.
   */
  pick(tried: ReadonlySet<number>, client: string): Pick | null {
    if (this.slots.length === 1) return tried.has(0) ? null : this.#picked(0);
    const groups = this.#tiers
      .map((group) => group.filter((target) => !tried.has(target)))
      .filter((group) => group.length > 0);
    for (const group of groups) {
      const picked = this.#pickOpen(group, client);
      if (picked !== null) return picked;
    }
    const [any] = groups;
    return any === undefined ? null : this.#picked(this.#choose(any, client));
  }

  #pickOpen(group: readonly number[], client: string): Pick | null {
    const { connectTimeoutMs } = this.#place.route;
    let open = group.filter((target) => {
      const slot = this.slots[target]!;
      return this.#health.isUp(slot) || this.#health.isDue(slot);
    });
    while (open.length > 0) {
      const chosen = this.#choose(open, client);
      const slot = this.slots[chosen]!;
      if (this.#health.isUp(slot)) return this.#picked(chosen);
      if (this.#health.claimTrial(slot, connectTimeoutMs)) {
        return this.#picked(chosen, true);
      }
      // Another connection has the trial.
      open = open.filter((target) => target !== chosen);
    }
    return null;
  }

  #picked(index: number, trial = false): Pick {
    const target = this.#place.route.targets[index]!;
    return { index, target, slot: this.slots[index]!, trial };
  }
}
