/**
 * Which targets are up, as far as dials and checks have shown: a pure state
 * machine over memory that all data planes share.
 *
 * A target is down for either of two reasons, or both:
 *
 * - **Checks**: `fall` active checks in a row failed; until `rise` in a row pass.
 *   The first check ever decides alone, since nothing is known before it.
 * - **Ejected**: three dials in a row failed. After a time that doubles from 5
 *   seconds to a minute it is due: one connection at a time tries it. When two
 *   have reached it in a row it is up; when one fails the time starts again,
 *   doubled. After a minute without an ejection the times start anew. `rise`
 *   active checks in a row that pass after the ejection bring it up, too.
 *
 * Exactly one data plane makes each change of up and down, and says so.
 *
 * @module
 */
import type { HealthPlan } from "../config/plan.ts";
import type { DialOutcome } from "./dial_outcome.ts";
import { HealthWord, type TargetMemory } from "./target_memory.ts";

/** So many dials in a row fail, and the target is ejected. */
const EJECT_AFTER = 3;
/** So many dials in a row reach it, and it is up again. */
const READMIT_AFTER = 2;
/** The first and the longest ejection, in ms. */
export const FIRST_EJECTION_MS = 5_000;
/** The first and the longest ejection, in ms. */
export const LONGEST_EJECTION_MS = 60_000;

/** A bit of {@linkcode HealthWord.down}: checks failed. */
export const CHECKS = 1;
/** A bit of {@linkcode HealthWord.down}: dials failed. */
export const EJECTED = 2;
/** No streak counts further than this. */
const LONGEST_STREAK = 1_000_000;

/** A target has gone down, or come up. */
export interface HealthChange {
  readonly slot: number;
  readonly up: boolean;
  /** In words: `3 dials in a row failed: connection refused`. */
  readonly why: string;
  /** When it is next tried, in milliseconds from now; only of an ejection. */
  readonly retryMs?: number;
}

/** What {@linkcode TargetHealth} needs. */
export interface TargetHealthOptions {
  readonly memory: TargetMemory;
  /** Hears of the changes that this data plane makes. */
  readonly onChange: (change: HealthChange) => void;
  /** The time in milliseconds, the same for all data planes. Default: `Date.now`. */
  readonly now?: () => number;
}

/** One data plane's part of the state machine. */
export class TargetHealth {
  readonly #memory: TargetMemory;
  readonly #onChange: (change: HealthChange) => void;
  readonly #now: () => number;

  /** Makes it; nothing in the memory changes. */
  constructor({ memory, onChange, now = Date.now }: TargetHealthOptions) {
    this.#memory = memory;
    this.#onChange = onChange;
    this.#now = now;
  }

  /** Whether a target is up. */
  isUp(slot: number): boolean {
    return this.#load(slot, HealthWord.down) === 0;
  }

  /** Whether an ejected target may be tried again. */
  isDue(slot: number): boolean {
    return this.#load(slot, HealthWord.down) === EJECTED &&
      this.#waitMs(slot) <= 0;
  }

  /**
   * Takes the one trial of a target that is due.
   *
   * @param leaseMs How long nobody else may: whoever has it may die.
   * @returns `false`: somebody else has it.
   */
  claimTrial(slot: number, leaseMs: number): boolean {
    const [times, at] = this.#memory.time(slot);
    const until = Atomics.load(times, at);
    if (!this.isDue(slot)) return false;
    const lease = this.#now() + Math.min(leaseMs, LONGEST_EJECTION_MS);
    const next = BigInt(Math.ceil(lease));
    return Atomics.compareExchange(times, at, until, next) === until;
  }

  /**
   * Takes in how a dial ended.
   *
   * @param trial Whether it was the trial of a target that was due.
   */
  dialled(slot: number, outcome: DialOutcome, trial: boolean): void {
    const ejected = (this.#load(slot, HealthWord.down) & EJECTED) !== 0;
    if (outcome.kind === "reached") {
      if (ejected) this.#reachedAgain(slot, outcome.what);
      else if (this.#load(slot, HealthWord.failures) !== 0) {
        this.#store(slot, HealthWord.failures, 0);
      }
    } else if (outcome.kind === "failed") {
      this.#store(slot, HealthWord.successes, 0);
      // Of what was under way when it was ejected, nothing new is learnt.
      if (ejected) {
        if (trial) this.#setTime(slot, this.#nextEjection(slot));
      } else this.#failed(slot, outcome);
    }
    const goesOn = trial && outcome.kind !== "failed";
    if (goesOn && !this.isUp(slot)) this.#setTime(slot, 0);
  }

  /** Takes in the result of an active check. @param why `null`: it passed. */
  checked(slot: number, why: string | null, health: HealthPlan): void {
    const before = this.#load(slot, HealthWord.streak);
    if (why === null) {
      const streak = Math.min(Math.max(before, 0) + 1, LONGEST_STREAK);
      this.#store(slot, HealthWord.streak, streak);
      return this.#passed(slot, streak, health);
    }
    const streak = Math.max(Math.min(before, 0) - 1, -LONGEST_STREAK);
    this.#store(slot, HealthWord.streak, streak);
    if (before === 0 || -streak >= health.fall) {
      this.#down(slot, CHECKS, `${inARow(-streak, "check")} failed: ${why}`);
    }
  }

  /** @param streak Checks in a row that passed, those before an ejection too. */
  #passed(slot: number, streak: number, { rise }: HealthPlan): void {
    const [words, at] = this.#memory.word(slot, HealthWord.passed);
    const since = Math.min(Atomics.add(words, at, 1) + 1, streak);
    this.#store(slot, HealthWord.passed, since);
    if (streak < rise) return;
    const isEjected = (this.#load(slot, HealthWord.down) & EJECTED) !== 0;
    if (!isEjected || since < rise) {
      return this.#up(slot, CHECKS, `${inARow(streak, "check")} passed`);
    }
    this.#endEjection(slot);
    this.#up(slot, CHECKS | EJECTED, `${inARow(since, "check")} passed`);
  }

  #failed(
    slot: number,
    { why, what = "dial" }: { why: string; what?: string },
  ): void {
    const [words, at] = this.#memory.word(slot, HealthWord.failures);
    const failures = Atomics.add(words, at, 1) + 1;
    if (failures < EJECT_AFTER) return;
    if (this.#waitMs(slot) < -LONGEST_EJECTION_MS) {
      this.#store(slot, HealthWord.ejections, 0);
    }
    // The time first: whoever sees the target ejected must not find it due.
    const retryMs = this.#ejectionMs(slot);
    this.#setTime(slot, retryMs);
    const text = `${inARow(failures, what)} failed: ${why}`;
    if (this.#down(slot, EJECTED, text, retryMs)) {
      Atomics.add(...this.#memory.word(slot, HealthWord.ejections), 1);
      // Checks that passed before say nothing of the target as it is now.
      this.#store(slot, HealthWord.passed, 0);
    }
  }

  #reachedAgain(slot: number, what = "dial"): void {
    const [words, at] = this.#memory.word(slot, HealthWord.successes);
    const successes = Atomics.add(words, at, 1) + 1;
    if (successes < READMIT_AFTER) return;
    this.#endEjection(slot);
    this.#up(slot, EJECTED, `${inARow(successes, what)} reached it`);
  }

  /** All but the bit itself. */
  #endEjection(slot: number): void {
    this.#store(slot, HealthWord.failures, 0);
    this.#store(slot, HealthWord.successes, 0);
    // From now on the time says since when it is not ejected.
    this.#setTime(slot, 0);
  }

  /** Counts another ejection. @returns Its time in milliseconds. */
  #nextEjection(slot: number): number {
    const ms = this.#ejectionMs(slot);
    Atomics.add(...this.#memory.word(slot, HealthWord.ejections), 1);
    return ms;
  }

  #ejectionMs(slot: number): number {
    const ejections = this.#load(slot, HealthWord.ejections);
    const doubled = FIRST_EJECTION_MS * 2 ** Math.min(ejections, 30);
    return Math.min(doubled, LONGEST_EJECTION_MS);
  }

  /** @returns Whether this data plane is the one that made the change. */
  #down(slot: number, bit: number, why: string, retryMs?: number): boolean {
    const before = Atomics.or(...this.#memory.word(slot, HealthWord.down), bit);
    if (before === 0) {
      const retry = retryMs === undefined ? {} : { retryMs };
      this.#onChange({ slot, up: false, why, ...retry });
    }
    return (before & bit) === 0;
  }

  /** @param bits Those that are cleared. */
  #up(slot: number, bits: number, why: string): void {
    const word = this.#memory.word(slot, HealthWord.down);
    const before = Atomics.and(...word, ~bits);
    const wasDown = before !== 0;
    if (wasDown && (before & ~bits) === 0) {
      this.#onChange({ slot, up: true, why });
    }
  }

  /** How long it is until the time of a slot, in milliseconds. */
  #waitMs(slot: number): number {
    const at = Number(Atomics.load(...this.#memory.time(slot)));
    const waitMs = at - this.#now();
    // Longer than ever: the clock of the machine was set back.
    return waitMs > LONGEST_EJECTION_MS + 1 ? 0 : waitMs;
  }

  #setTime(slot: number, fromNowMs: number): void {
    const at = BigInt(Math.ceil(this.#now() + fromNowMs));
    Atomics.store(...this.#memory.time(slot), at);
  }

  #load(slot: number, word: HealthWord): number {
    return Atomics.load(...this.#memory.word(slot, word));
  }

  #store(slot: number, word: HealthWord, value: number): void {
    Atomics.store(...this.#memory.word(slot, word), value);
  }
}

function inARow(count: number, what: string): string {
  return count === 1 ? `1 ${what}` : `${count} ${what}s in a row`;
}
