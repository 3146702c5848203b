/**
 * One service of a Plan: its look-ups, the slots of its targets, and what is
 * logged about both.
 *
 * @module
 */
import { MAX_SRV_TARGETS } from "../../config/target_places.ts";
import { Within } from "../../config/within.ts";
import { errorText } from "../../errors.ts";
import type { Logger } from "../../observe/log.ts";
import type { FoundTargets, PlacedTarget } from "../found_targets.ts";
import type { ServicePlace } from "../target_table.ts";
import type { Ask } from "./dns_client.ts";
import { ServiceSlots, type SlotKeeper } from "./service_slots.ts";
import {
  type FoundTarget,
  lookupSrv,
  type RefusedTarget,
  type SrvAnswer,
} from "./srv_lookup.ts";
import { SrvWatch, type WatchTiming } from "./srv_watch.ts";

/** So many refused targets are named in a log line. */
const MAX_NAMED = 8;

/** What a {@linkcode ServiceDiscovery} works with. */
export interface ServiceOptions {
  readonly place: ServicePlace;
  readonly slots: SlotKeeper;
  readonly ask: Ask;
  readonly forbidden: (hostname: string, port: number) => string | null;
  readonly logger: Logger;
  /** Hears when the targets have changed. */
  readonly onFound: (found: FoundTargets) => void;
  /** As `Math.random`. */
  readonly random: () => number;
  readonly timing?: WatchTiming;
}

/** Keeps up with the targets of one service. */
export class ServiceDiscovery {
  readonly #options: ServiceOptions;
  readonly #slots: ServiceSlots;
  readonly #watch: SrvWatch;
  #placed: readonly PlacedTarget[] | null = null;
  #refused = "";
  #left = 0;
  #failing = false;

  /** Looks nothing up yet. */
  constructor(options: ServiceOptions) {
    const { place: { target, slots }, ask, forbidden } = options;
    this.#options = options;
    this.#slots = new ServiceSlots(slots, options.slots);
    const within = new Within(target.within);
    const lookup = { name: target.name, within, ask, forbidden };
    this.#watch = new SrvWatch({
      ...options,
      lookup: (signal) => lookupSrv(lookup, signal),
      onAnswer: (answer) => this.#answered(answer),
      onFailure: (error, retryMs) => this.#failed(error, retryMs),
    });
  }

  /** What tells it from other services. */
  get key(): string {
    return this.#options.place.key;
  }

  /** Its targets now. */
  get found(): FoundTargets {
    return { service: this.#options.place.index, targets: this.#placed };
  }

  /** Takes over what another one knew of the same service. */
  adopt(other: ServiceDiscovery): void {
    this.#slots.adopt(other.#slots);
    const slots = this.#options.place.slots;
    const before = other.#options.place.slots;
    // The tables of two Plans have different numbers for the same slots.
    this.#placed = other.#placed?.map((placed) => ({
      ...placed,
      slot: slots[before.indexOf(placed.slot)]!,
    })) ?? null;
    this.#refused = other.#refused;
    this.#left = other.#left;
    this.#failing = other.#failing;
  }

  /** Starts to look up. @returns When there is an answer, were it an old one. */
  async start(): Promise<void> {
    this.#watch.start();
    if (this.#placed === null) await this.#watch.answered;
  }

  /** Stops at once. Idempotent. */
  async stop(): Promise<void> {
    await this.#watch.stop();
  }

  #answered({ targets, refused }: SrvAnswer): void {
    if (this.#failing) this.#log("info", "DNS answers again", {});
    this.#failing = false;
    this.#logRefused(refused);
    const { placed, left } = this.#slots.place(
      targets.slice(0, MAX_SRV_TARGETS),
    );
    this.#logLeft([...left, ...targets.slice(MAX_SRV_TARGETS)]);
    const before = this.#placed;
    this.#placed = placed;
    if (JSON.stringify(before) === JSON.stringify(placed)) return;
    this.#logChange(before ?? [], placed);
    this.#options.onFound(this.found);
  }

  #failed(error: unknown, retryMs: number): void {
    this.#log(this.#failing ? "debug" : "warn", "no DNS answer", {
      error: errorText(error),
      // These are kept.
      targets: this.#placed?.length ?? 0,
      retry_seconds: Math.round(retryMs) / 1_000,
    });
    this.#failing = true;
  }

  #logChange(
    before: readonly PlacedTarget[],
    after: readonly PlacedTarget[],
  ): void {
    const old = new Map(before.map((one) => [one.target.address.text, one]));
    const names = new Set(after.map(({ target }) => target.address.text));
    const changed = after.filter((one) => {
      const was = old.get(one.target.address.text);
      return was !== undefined &&
        (was.tier !== one.tier || was.target.weight !== one.target.weight);
    });
    this.#log(after.length === 0 ? "warn" : "info", "targets changed", {
      added: some([...names].filter((name) => !old.has(name))),
      removed: some([...old.keys()].filter((name) => !names.has(name))),
      changed: some(changed.map(({ target }) => target.address.text)),
      targets: after.length,
    });
  }

  /** Once each time that they change. */
  #logRefused(refused: readonly RefusedTarget[]): void {
    const lines = refused.map(({ target, why }) => `${target}: ${why}`).sort();
    const known = this.#refused;
    this.#refused = lines.join("; ");
    if (this.#refused === known || lines.length === 0) return;
    this.#log("warn", "targets refused", {
      refused: lines.slice(0, MAX_NAMED),
      count: lines.length,
    });
  }

  #logLeft(left: readonly FoundTarget[]): void {
    const known = this.#left;
    this.#left = left.length;
    if (left.length === 0 || left.length === known) return;
    this.#log("warn", "too many targets", {
      unused: left.length,
      most: MAX_SRV_TARGETS,
    });
  }

  #log(
    level: "debug" | "info" | "warn",
    message: string,
    fields: Parameters<Logger["log"]>[2],
  ): void {
    const service = this.#options.place.target.text;
    this.#options.logger.log(level, message, { service, ...fields });
  }
}

function some(names: readonly string[]): readonly string[] | undefined {
  return names.length === 0 ? undefined : names;
}
