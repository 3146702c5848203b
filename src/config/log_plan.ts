/**
 * What a Plan says about the log.
 *
 * @module
 */

/** What to log, and how. */
export interface LogPlan {
  /** Least important level that is written. */
  readonly level: "debug" | "info" | "warn" | "error";
  /** How lines are written. */
  readonly format: "text" | "json";
  /** Lines of a kind that are written each second; 0: all. */
  readonly sample: number;
  /** Least important level that `sample` is for. */
  readonly sampleLevel: "debug" | "info" | "warn" | "error";
  /** Whether text has colours, as the command line says. Default: `false`. */
  readonly color?: boolean;
  /** Whether it goes to the journal of systemd. Default: `false`. */
  readonly journal?: boolean;
}

/** What a config gets that says nothing about the log. */
export const LOG_DEFAULTS: LogPlan = Object.freeze({
  level: "info",
  format: "text",
  sample: 20,
  sampleLevel: "warn",
});
