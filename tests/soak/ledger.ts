/**
 * What came of the connections of a soak, and which failures a fault explains.
 *
 * @module
 */

/** A time in milliseconds of `performance.now`. */
type TimeMs = number;

/** A fault that was caused on purpose. */
export interface Fault {
  readonly kind: string;
  readonly start: TimeMs;
  /** `null`: it goes on. */
  end: TimeMs | null;
  /** How long it may take to show at a client, in milliseconds. */
  readonly slackMs: number;
  /** The only kinds of connections that it may break; absent: all. */
  readonly kinds?: readonly string[];
}

/** How the connections of one kind ended. */
export interface Tally {
  /** Every byte arrived, in order, once. */
  served: number;
  /** They failed, and a fault explains it. */
  explained: number;
  /** Bytes that were sent and checked. */
  bytes: number;
}

/** A connection that failed, and no fault explains why. */
export interface Failure {
  readonly kind: string;
  readonly why: string;
  /** Seconds since the start of the soak. */
  readonly at: number;
  /** The fault before it, and how many seconds before. */
  readonly after: string;
}

/** Counts connections by their kind. */
export class Ledger {
  readonly tallies = new Map<string, Tally>();
  readonly failures: Failure[] = [];
  readonly faults: Fault[] = [];
  readonly #start = performance.now();
  #doing: { readonly what: string; readonly since: TimeMs } | null = null;

  /**
   * A fault that lasts until its `end` is set. It explains the failure of what was
   * open at any time from its start until its end and the slack behind it.
   */
  begins(
    kind: string,
    slackMs = 0,
    kinds?: readonly string[],
  ): Fault {
    const fault: Fault = {
      kind,
      start: performance.now(),
      end: null,
      slackMs,
      ...(kinds === undefined ? {} : { kinds }),
    };
    this.faults.push(fault);
    return fault;
  }

  /** Says what is done from now on, for the report; it explains nothing. */
  mark(what: string): void {
    this.#doing = { what, since: performance.now() };
  }

  /** Does something on a connection, which resolves with the bytes it checked. */
  async run(kind: string, connection: () => Promise<number>): Promise<void> {
    const start = performance.now();
    const tally = this.#tally(kind);
    try {
      tally.bytes += await connection();
      tally.served++;
    } catch (error) {
      const end = performance.now();
      if (this.#isExplained(kind, start, end)) tally.explained++;
      else {
        const at = Math.round((end - this.#start) / 100) / 10;
        const after = this.#faultBefore(end);
        this.failures.push({ kind, why: String(error), at, after });
      }
    }
  }

  #tally(kind: string): Tally {
    const tally = this.tallies.get(kind) ??
      { served: 0, explained: 0, bytes: 0 };
    this.tallies.set(kind, tally);
    return tally;
  }

  #faultBefore(end: TimeMs): string {
    if (this.#doing === null) return "before any fault";
    const seconds = (end - this.#doing.since) / 1_000;
    return `${seconds.toFixed(1)} s after ${this.#doing.what}`;
  }

  #isExplained(kind: string, start: TimeMs, end: TimeMs): boolean {
    return this.faults.some((fault) =>
      (fault.kinds?.includes(kind) ?? true) && end >= fault.start &&
      start <= (fault.end ?? Infinity) + fault.slackMs
    );
  }
}
