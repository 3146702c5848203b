/** Exit codes of the program: a contract with init systems and scripts. */
export const ExitCode = Object.freeze({
  /** Done, or stopped in order. */
  ok: 0,
  /** Failed to start or to run. */
  failed: 1,
  /** The command line was not understood. */
  usage: 2,
  /** The config is bad (EX_CONFIG of sysexits). */
  config: 78,
});

/** The exit codes, each in a few words. */
export const EXIT_CODE_TEXTS: readonly (readonly [number, string])[] = [
  [ExitCode.ok, "stopped as requested"],
  [ExitCode.failed, "failed to start or run"],
  [ExitCode.usage, "invalid command line"],
  [ExitCode.config, "invalid config"],
];
