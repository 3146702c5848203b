/**
 * How `passthru run` is called.
 *
 * @module
 */
import type { CommandSpec } from "../command.ts";
import {
  CONFIG,
  DETECT_TIMEOUT,
  HELP,
  ISOLATION,
  LOG_OPTIONS,
  SHOW_VERSION,
} from "../shared_options.ts";
import { HANGUPS } from "./hangup.ts";

/** What its help says. */
export const RUN_SPEC: CommandSpec = {
  name: "run",
  summary: "Serve connections (the default command)",
  details: [
    "SIGHUP reloads the config. If it is valid, new workers take over the sockets and the old workers finish their connections; if it is invalid, the old config stays in use. If standard input or standard error is a terminal, SIGHUP stops passthru as SIGTERM does, because a terminal sends it when it is closed.",
    "SIGTERM and SIGINT stop accepting and let open connections finish, at most for the drain timeout; a second signal closes them at once.",
    "SIGUSR2 sets the log level debug; the next SIGUSR2 returns to the configured level.",
    'With "admin" in the config, a page, "passthru status" and "passthru top" show the connections.',
  ],
  options: [
    CONFIG,
    {
      long: "workers",
      short: "w",
      value: "N",
      help:
        "Number of workers; 0 is one per core (default one per core, at most 4)",
    },
    ISOLATION,
    DETECT_TIMEOUT,
    {
      long: "drain-timeout",
      value: "DURATION",
      help:
        "How long open connections may continue after a stop signal (default 30s)",
    },
    ...LOG_OPTIONS,
    {
      long: "watch",
      help: "Reload when the config, or a file that it names, has changed",
    },
    {
      long: "on-hangup",
      value: "WHAT",
      words: HANGUPS,
      help:
        "Action on SIGHUP: reload, stop, or auto (default: stop on a terminal, otherwise reload)",
    },
    HELP,
    SHOW_VERSION,
  ],
  examples: [
    ["-c passthru.jsonc", "serve connections"],
    [
      "-c passthru.jsonc -t 2s --log-format json",
      "shorter detection timeout, JSON log",
    ],
  ],
};
