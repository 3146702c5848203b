/**
 * All data planes there are, of all generations: what is asked of them and told
 * to them, whichever Plan they serve.
 *
 * @module
 */
import type { CloseReason } from "../errors.ts";
import type { Logger, LogLevel } from "../observe/log.ts";
import { ProcessCounts } from "../observe/process_counts.ts";
import { ConnectionDesk } from "./connection_desk.ts";
import type { Generation } from "./generation.ts";
import type { PlaneState } from "./plane_state.ts";
import { ReportWatch } from "./report_watch.ts";

/** The data planes of a process. */
export class DataPlanes {
  readonly #generations: () => readonly Generation[];
  readonly #logger: Logger;
  #logLevel: LogLevel | null = null;
  /** What data planes have sent of what they counted: it is a second old. */
  readonly counted = new ProcessCounts();
  /** Who hears of each connection that has ended; as {@linkcode DataPlanes.desk}. */
  readonly reports = new ReportWatch();
  /**
   * Answers about single connections, of old generations too. It knows of none
   * unless `isObserved` says so of the Plan.
   */
  readonly desk: ConnectionDesk;

  /** @param generations Those there are now, draining ones first. */
  constructor(generations: () => readonly Generation[], logger: Logger) {
    this.#generations = generations;
    this.#logger = logger;
    this.desk = new ConnectionDesk(generations);
  }

  /** What is told of each, those of old generations that still drain first. */
  get states(): PlaneState[] {
    return this.#generations().flatMap((one) => one.planes);
  }

  /** Open connections, those of old generations included. */
  get connections(): number {
    return this.#generations().reduce((sum, one) => sum + one.connections, 0);
  }

  /**
   * What was counted until now. What a data plane counted that does not answer in
   * time is missing, and comes later.
   */
  async counts(): Promise<ProcessCounts> {
    await Promise.all(this.#generations().map((one) => one.count()));
    return this.counted;
  }

  /**
   * Log lines that nobody read in time, of this thread and, as far as they have
   * told, of all data planes.
   */
  get logLinesDropped(): number {
    return this.#logger.dropped + this.counted.logLinesDropped;
  }

  /** The level of {@linkcode DataPlanes.setLogLevel}; `null`: the config's. */
  get logLevel(): LogLevel | null {
    return this.#logLevel;
  }

  /**
   * Sets the least important level that is logged, here and in all data planes,
   * at once and over reloads.
   *
   * @param level `null`: what the config says.
   */
  setLogLevel(level: LogLevel | null): void {
    this.#logLevel = level;
    this.#logger.setLevel(level);
    for (const one of this.#generations()) one.setLogLevel(level);
  }

  /** Closes all open connections now. */
  close(reason: CloseReason): void {
    for (const one of this.#generations()) one.close(reason);
  }
}
