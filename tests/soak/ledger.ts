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
}

/** Counts connections by their kind. */
export class Ledger {
  readonly tallies = new Map<string, Tally>();
  readonly failures: Failure[] = [];
  readonly faults: Fault[] = [];
  readonly #start = performance.now();

  /**
   * A fault that lasts until its `end` is set. It explains the failure of what was
   * open at any time from its start until its end and the slack behind it.
   */
  begins(kind: string, slackMs = 0): Fault {
    const fault = { kind, start: performance.now(), end: null, slackMs };
    this.faults.push(fault);
    return fault;
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
      if (this.#isExplained(start, end)) tally.explained++;
      else {
        const at = Math.round((end - this.#start) / 100) / 10;
        this.failures.push({ kind, why: String(error), at });
      }
    }
  }

  #tally(kind: string): Tally {
    const tally = this.tallies.get(kind) ??
      { served: 0, explained: 0, bytes: 0 };
    this.tallies.set(kind, tally);
    return tally;
  }

  #isExplained(start: TimeMs, end: TimeMs): boolean {
    return this.faults.some((fault) =>
      end >= fault.start && start <= (fault.end ?? Infinity) + fault.slackMs
    );
  }
}
