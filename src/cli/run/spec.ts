/**
 * How `passthru run` is called.
 *
 * @module
 */
import { LOG_FORMATS, LOG_LEVELS } from "../../observe/log.ts";
import type { CommandSpec } from "../command.ts";
import { COLORS } from "../overrides.ts";
import {
  CONFIG,
  DETECT_TIMEOUT,
  HELP,
  ISOLATION,
  SHOW_VERSION,
} from "../shared_options.ts";
import { HANGUPS } from "./hangup.ts";

/** What its help says. */
export const RUN_SPEC: CommandSpec = {
  name: "run",
  summary: "Serve connections by a config (the default command)",
  details: [
    "SIGHUP reads the config again: when it is good, new workers take over the sockets and the old ones finish their connections; when it is bad, the old config goes on. With a terminal as standard input or error it stops, as SIGTERM does: a terminal that closes sends it.",
    "SIGTERM or SIGINT stops accepting and lets open connections end, up to the drain timeout; a second one closes them at once.",
    "SIGUSR2 logs everything (debug), and at the next what the config says again.",
    'With "admin" in the config it shows what it does on a page, to status and to top.',
  ],
  options: [
    CONFIG,
    {
      long: "workers",
      short: "w",
      value: "N",
      help:
        "Number of workers; 0 is one a core (default one a core, at most 4)",
    },
    ISOLATION,
    DETECT_TIMEOUT,
    {
      long: "drain-timeout",
      value: "DURATION",
      help: "How long open connections may go on at the stop (default 30s)",
    },
    {
      long: "log-level",
      value: "LEVEL",
      words: LOG_LEVELS,
      help:
        "Least important lines to log: debug, info, warn, error (default info)",
    },
    {
      long: "log-format",
      value: "FORMAT",
      words: LOG_FORMATS,
      help: "Log as text or json (default text)",
    },
    {
      long: "color",
      value: "WHEN",
      words: COLORS,
      help:
        "Colours in the text log: auto, always, never (default auto, on a terminal without NO_COLOR)",
    },
    {
      long: "on-hangup",
      value: "WHAT",
      words: HANGUPS,
      help:
        "What SIGHUP does: reload, stop, or auto: stop on a terminal, reload elsewhere (default auto)",
    },
    HELP,
    SHOW_VERSION,
  ],
  examples: [
    ["-c passthru.jsonc", "serve by a config"],
    ["-c passthru.jsonc -t 2s --log-format json", "decide faster, log JSON"],
  ],
};
