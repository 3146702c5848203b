/**
 * Keeping a flood of equal lines out of the log.
 *
 * @module
 */
import type { LogFields, LogLevel } from "./log_level.ts";

/** How long lines of a kind are counted, in milliseconds. */
export const SAMPLE_MS = 1_000;
/** Most kinds that are told apart within that time. */
const MAX_KINDS = 1_024;
/** How much of a kind's description tells it apart, in characters. */
const MAX_KEY_LENGTH = 1_024;

/** What lines of one kind have in common. */
export interface LineKind {
  readonly level: LogLevel;
  readonly message: string;
  readonly fields: LogFields;
}

/** Lines of a kind that were not written. */
export interface MoreLines extends LineKind {
  /** How many. */
  readonly more: number;
}

interface Counted extends LineKind {
  count: number;
}

/**
 * Lets so many lines of each kind through a second, and counts the others. A
 * second begins with the first line after the one before was closed. When there
 * are too many kinds, those that are new go by level and message alone.
 */
export class LogSampler {
  readonly #limit: number;
  readonly #kinds = new Map<string, Counted>();
  #startedAt = NaN;
  #over = 0;

  /** @param limit Lines of a kind that are let through each second. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Lines that were counted and are not told of yet. */
  get over(): number {
    return this.#over;
  }

  /** Whether the second is over at a time, in milliseconds. */
  isOver(now: number): boolean {
    const sinceMs = now - this.#startedAt;
    // A clock that was set back starts a new second.
    return !(sinceMs >= 0 && sinceMs < SAMPLE_MS);
  }

  /** Whether a line may be written; if not, it is counted. */
  admit(kind: LineKind, now: number): boolean {
    if (this.#kinds.size === 0) this.#startedAt = now;
    const counted = this.#find(kind);
    if (++counted.count <= this.#limit) return true;
    this.#over++;
    return false;
  }

  /** Ends the second. @returns What was not written in it. */
  close(): MoreLines[] {
    const found: MoreLines[] = [];
    for (const { level, message, fields, count } of this.#kinds.values()) {
      const more = count - this.#limit;
      if (more > 0) found.push({ level, message, fields, more });
    }
    this.#kinds.clear();
    this.#over = 0;
    return found;
  }

  #find({ level, message, fields }: LineKind): Counted {
    const key = JSON.stringify([level, message, fields])
      .slice(0, MAX_KEY_LENGTH);
    const known = this.#kinds.get(key);
    if (known !== undefined) return known;
    return this.#kinds.size < MAX_KINDS
      ? this.#add(key, { level, message, fields })
      : this.#kinds.get(`${level} ${message}`) ??
        this.#add(`${level} ${message}`, { level, message, fields: {} });
  }

  #add(key: string, kind: LineKind): Counted {
    const counted = { ...kind, count: 0 };
    this.#kinds.set(key, counted);
    return counted;
  }
}
