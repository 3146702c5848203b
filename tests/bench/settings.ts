/** How a bench is to be run. */

/** What the command line says, with all defaults. */
export interface Settings {
  /** Rounds of every measure but those that are made once. */
  readonly rounds: number;
  /**
   * Length of one load, in seconds: whole ones, as wrk and iperf3 want them, or
   * less than one in a quick bench.
   */
  readonly seconds: number;
  /** Names of the measures to make. */
  readonly only: readonly string[];
  /** Names of the peers to measure. */
  readonly peers: readonly string[];
  /** Folder of another checkout of passthru to measure as well, or `null`. */
  readonly baseline: string | null;
  /** Threads or processes of each program. */
  readonly workers: number;
  /** Whether the programs get cores that load and back end keep off. */
  readonly pin: boolean;
  /** Requests a second for latency over many connections. */
  readonly rate: number;
  /** Connections to hold for the memory of each. */
  readonly held: readonly number[];
  /** How long connections stay idle before the last look, in seconds. */
  readonly restSeconds: number;
  /** Connections at a time, for scaling. */
  readonly crowds: readonly number[];
  /** Rules of a server, for the time that they take. */
  readonly rules: readonly number[];
  /** Connections in a row, for memory that grows. */
  readonly inARow: number;
  /** How long a process stays idle before the look at its memory, in seconds. */
  readonly processSeconds: number;
  /** Of the orders in which programs are measured. */
  readonly seed: number;
  /** Where to write the figures as JSON: a file, `-`, or `null` for nowhere. */
  readonly json: string | null;
  /** A file of figures to show instead of measuring, or `null`. */
  readonly from: string | null;
  /** Whether to print the part of the README that shows figures, and no report. */
  readonly readme: boolean;
  /** Whether to write that part, and the figures, into the repository. */
  readonly write: boolean;
  /** Whether everything is made tiny, to try the bench itself. */
  readonly quick: boolean;
}
