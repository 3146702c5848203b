/**
 * Options that several commands have.
 *
 * @module
 */
import { LOG_FORMATS, LOG_LEVELS } from "../observe/log_level.ts";
import type { OptionSpec } from "./command.ts";

/** The config. */
export const CONFIG: OptionSpec = {
  long: "config",
  short: "c",
  value: "FILE",
  help: 'Config file (JSONC); "-" reads standard input',
};

/** Help of the command. */
export const HELP: OptionSpec = {
  long: "help",
  short: "h",
  help: "Show this help",
};

/** Versions, in place of running. */
export const SHOW_VERSION: OptionSpec = {
  long: "version",
  short: "V",
  help: "Show the versions of passthru, Deno and V8",
};

/** Values of `--isolation`. */
export const ISOLATIONS = ["worker", "none"] as const;

/** Where the data plane runs. */
export const ISOLATION: OptionSpec = {
  long: "isolation",
  value: "WHERE",
  words: ISOLATIONS,
  help:
    "Where connections are handled: in workers with restricted permissions (worker, default), or in the main thread (none)",
};

/** How long a connection is looked at. */
export const DETECT_TIMEOUT: OptionSpec = {
  long: "detect-timeout",
  short: "t",
  value: "DURATION",
  help: 'Maximum time to detect the protocol: "5", "5s", "750ms" (default 5s)',
};

/** Where the admin server is. */
export const ADMIN_PLACE: readonly OptionSpec[] = [
  {
    ...CONFIG,
    help: 'Config file whose "admin" has the address',
  },
  {
    long: "admin",
    value: "ADDR",
    help: "Admin address, or http://host:port (default 127.0.0.1:9901)",
  },
];

/** Where the admin server is, and the token that it wants to see. */
export const ADMIN_ACCESS: readonly OptionSpec[] = [
  ...ADMIN_PLACE,
  {
    long: "token-file",
    value: "FILE",
    help: "File with the token (default: that of the config)",
  },
];

/** Values of `--color`. */
export const COLORS = ["auto", "always", "never"] as const;

/** How the log is written. */
export const LOG_OPTIONS: readonly OptionSpec[] = [
  {
    long: "log-level",
    value: "LEVEL",
    words: LOG_LEVELS,
    help:
      "Least important level to log: debug, info, warn, error (default info)",
  },
  {
    long: "log-format",
    value: "FORMAT",
    words: LOG_FORMATS,
    help: "Format of the log: text or json (default text)",
  },
  {
    long: "color",
    value: "WHEN",
    words: COLORS,
    help:
      "Colours in the text log: auto, always, never (default auto: on a terminal, unless NO_COLOR is set)",
  },
];
