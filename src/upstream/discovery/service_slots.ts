/**
 * Which slot of a service each of its targets has.
 *
 * A target keeps its slot for as long as it is there, and gets it back when it
 * returns before somebody else needed it: what is known of it stays. The slot of
 * one that has left goes to another only when its connections have ended, those
 * that were left longest ago first.
 *
 * @module
 */
import { formatHostPort } from "../../config/address.ts";
import type { PlacedTarget } from "../found_targets.ts";
import type { FoundTarget } from "./srv_lookup.ts";

/** What is known of slots. */
export interface SlotKeeper {
  /** Open connections of a slot. */
  connections(slot: number): number;
  /** Forgets what is known of a slot's target. */
  forget(slot: number): void;
}

/** Targets with their slots. */
export interface Placement {
  readonly placed: readonly PlacedTarget[];
  /** Those for which no slot is free. */
  readonly left: readonly FoundTarget[];
}

/** The slots of one service. */
export class ServiceSlots {
  readonly #slots: readonly number[];
  readonly #keeper: SlotKeeper;
  /** The target of each slot, the last one when it has left. */
  readonly #keys: (string | null)[];
  /** Places of targets that have left, the longest ago first. */
  #idle: number[] = [];

  /** @param slots The service's, in the Plan's table. */
  constructor(slots: readonly number[], keeper: SlotKeeper) {
    this.#slots = slots;
    this.#keeper = keeper;
    this.#keys = slots.map(() => null);
  }

  /** Takes over who has which slot, from a service with as many. */
  adopt(other: ServiceSlots): void {
    other.#keys.forEach((key, at) => this.#keys[at] = key);
    this.#idle = [...other.#idle];
  }

  /** Gives each target its slot. @param targets The best first. */
  place(targets: readonly FoundTarget[]): Placement {
    const wanted = new Set(targets.map(keyOf));
    // A slot that is left only now is not given away yet: data planes still
    // use it until they hear of the change.
    const free = this.#idle.filter((at) => !wanted.has(this.#keys[at]!));
    const leaving = [...this.#keys.keys()].filter((at) => {
      const key = this.#keys[at]!;
      return key !== null && !wanted.has(key) && !free.includes(at);
    });
    const placed: PlacedTarget[] = [];
    const left: FoundTarget[] = [];
    for (const target of targets) {
      const at = this.#placeOf(keyOf(target), free);
      if (at < 0) left.push(target);
      else placed.push(placedTarget(target, this.#slots[at]!));
    }
    this.#idle = [...free, ...leaving];
    return { placed, left };
  }

  /** @param free Loses the place that it gives. @returns -1: there is none. */
  #placeOf(key: string, free: number[]): number {
    const own = this.#keys.indexOf(key);
    if (own >= 0) return own;
    const unused = this.#keys.indexOf(null);
    const at = unused >= 0
      ? unused
      : free.find((place) =>
        this.#keeper.connections(this.#slots[place]!) === 0
      );
    if (at === undefined) return -1;
    if (unused < 0) free.splice(free.indexOf(at), 1);
    this.#keeper.forget(this.#slots[at]!);
    this.#keys[at] = key;
    return at;
  }
}

function keyOf({ hostname, port }: FoundTarget): string {
  return formatHostPort(hostname, port);
}

function placedTarget(found: FoundTarget, slot: number): PlacedTarget {
  const { hostname, port, weight, priority } = found;
  const address = { text: keyOf(found), hostname, port };
  return {
    target: { kind: "address", address, weight, backup: false },
    slot,
    tier: priority,
  };
}
