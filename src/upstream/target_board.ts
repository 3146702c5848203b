/**
 * The control plane's side of what data planes know of their targets.
 *
 * @module
 */
import type { Plan } from "../config/plan.ts";
import type { FoundTargets } from "./found_targets.ts";
import {
  TargetMemory,
  targetMemoryBytes,
  type TargetShare,
} from "./target_memory.ts";
import { type TargetState, targetStates } from "./target_state.ts";
import { type TargetTable, targetTable } from "./target_table.ts";

/** Incarnations of a row have eight bits. */
const INCARNATIONS = 256;

/** The shared memory of a generation, with a row for each of its data planes. */
export class TargetBoard {
  /** Of the Plan. */
  readonly table: TargetTable;
  readonly #memory: SharedArrayBuffer;
  readonly #incarnations: number[];

  /**
   * Makes the memory; every target is up.
   *
   * @param rows How many data planes there are at a time.
   */
  constructor(plan: Pick<Plan, "listeners">, rows: number) {
    this.table = targetTable(plan);
    this.#memory = new SharedArrayBuffer(targetMemoryBytes(this.table, rows));
    this.#incarnations = Array<number>(rows).fill(0);
  }

  /** What the data plane of a row gets. */
  share(row: number): TargetShare {
    return {
      memory: this.#memory,
      rows: this.#incarnations.length,
      row,
      incarnation: this.#incarnations[row]!,
    };
  }

  /** Forgets the connections of a data plane that has died. */
  retire(row: number): void {
    this.#incarnations[row] = (this.#incarnations[row]! + 1) % INCARNATIONS;
    this.#view(row).resetRow();
  }

  /** Open connections of a slot, of all data planes. */
  connections(slot: number): number {
    return this.#view(0).connections(slot);
  }

  /** What is known of the targets. @param found Those of services now. */
  states(found: readonly FoundTargets[]): TargetState[] {
    const { table } = this;
    const now = Date.now();
    return targetStates({ table, memory: this.#view(0), found, now });
  }

  /** Forgets what is known of the target that had a slot. */
  forget(slot: number): void {
    this.#view(0).forgetHealth(slot);
  }

  /** Takes over what is known of the targets that another Plan has too. */
  adopt(other: TargetBoard): void {
    const known = new Map(other.table.slots.map(({ key }, i) => [key, i]));
    this.table.slots.forEach(({ key }, slot) => {
      const from = known.get(key);
      if (from !== undefined) {
        this.#view(0).copyHealth(slot, other.#view(0), from);
      }
    });
  }

  #view(row: number): TargetMemory {
    return new TargetMemory(this.table, this.share(row));
  }
}
