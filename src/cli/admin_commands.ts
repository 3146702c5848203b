/**
 * The commands that ask the admin server of a running passthru.
 *
 * @module
 */
import {
  type CommandSpec,
  CONFIG,
  HELP,
  type OptionSpec,
} from "./command_spec.ts";

/** Where the admin server is. */
const PLACE: readonly OptionSpec[] = [
  {
    ...CONFIG,
    help: 'Config file whose "admin" says where to ask',
  },
  {
    long: "admin",
    value: "ADDR",
    help:
      "Where to ask: an address or http://host:port (default 127.0.0.1:9901)",
  },
];

/** Where it is, and what it wants to see. */
const WHERE: readonly OptionSpec[] = [
  ...PLACE,
  {
    long: "token-file",
    value: "FILE",
    help: "File with the token (default that of the config)",
  },
];

/** In the order in which the help lists them. */
export const ADMIN_COMMANDS: readonly CommandSpec[] = [
  {
    name: "status",
    summary: "Show what a running passthru does, once",
    details: [
      'Asks the admin server ("admin" in the config) and prints listeners, protocols, targets with their health, workers, how connections ended, and what check says about the config. Exits with 1 when nobody answers.',
    ],
    options: [
      ...WHERE,
      { long: "json", help: "Print all that the server answers, as JSON" },
      HELP,
    ],
    examples: [
      ["status", "of the passthru whose admin server is on 127.0.0.1:9901"],
      ["status -c passthru.jsonc --json", "for a script"],
    ],
  },
  {
    name: "top",
    summary: "Watch a running passthru in the terminal",
    details: [
      "Shows rates, listeners, targets with their health, and live connections, brought up to date every second. Arrows select a connection, Enter explains why it goes where it goes, x closes it, / filters, ? shows all keys, q quits.",
      "Needs a terminal of 40 columns or more; NO_COLOR switches colours off.",
    ],
    options: [
      ...WHERE,
      {
        long: "interval",
        value: "DURATION",
        help: 'Time between two looks: "2", "500ms" (default 1s)',
      },
      HELP,
    ],
    examples: [
      ["top", "of the passthru whose admin server is on 127.0.0.1:9901"],
      ["top --admin 10.0.0.7:9901 --token-file token", "of another machine"],
    ],
  },
  {
    name: "healthcheck",
    summary: "Ask a running passthru whether it is ready, for containers",
    details: [
      "Exits with 0 when it takes connections, and with 1 and one line that says why when it does not, or does not answer within 3 seconds. While it starts and while it drains it is alive but not ready.",
    ],
    options: [
      ...PLACE,
      { long: "live", help: "Ask only whether it is alive" },
      HELP,
    ],
    examples: [
      ["healthcheck -c /etc/passthru/passthru.jsonc", "is it ready"],
      ["healthcheck --live", "is it alive"],
    ],
  },
];
