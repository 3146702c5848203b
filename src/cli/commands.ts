/**
 * Commands and their options: the one table that parsing and help are made from.
 *
 * @module
 */

import { ADMIN_COMMANDS } from "./admin_commands.ts";
import {
  type CommandSpec,
  CONFIG,
  HELP,
  type OptionSpec,
} from "./command_spec.ts";

export type { CommandSpec, OptionSpec };

const ISOLATION: OptionSpec = {
  long: "isolation",
  value: "WHERE",
  help:
    "Serve in workers that may reach nothing but the config's addresses (worker, default), or in one thread (none)",
};

const DETECT_TIMEOUT: OptionSpec = {
  long: "detect-timeout",
  short: "t",
  value: "DURATION",
  help: 'Total time to identify a connection: "5", "5s", "750ms" (default 5s)',
};

const VERSION: OptionSpec = {
  long: "version",
  short: "V",
  help: "Show the versions of passthru, Deno and V8",
};

/** All commands; the first is the one that needs no name. */
export const COMMANDS: readonly CommandSpec[] = [
  {
    name: "run",
    summary: "Serve connections by a config (the default command)",
    details: [
      "SIGHUP reads the config again: when it is good, new workers take over the sockets and the old ones finish their connections; when it is bad, the old config goes on.",
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
        help:
          "Least important lines to log: debug, info, warn, error (default info)",
      },
      {
        long: "log-format",
        value: "FORMAT",
        help: "Log as text or json (default text)",
      },
      {
        long: "color",
        value: "WHEN",
        help:
          "Colours in the text log: auto, always, never (default auto, on a terminal without NO_COLOR)",
      },
      HELP,
      VERSION,
    ],
    examples: [
      ["-c passthru.jsonc", "serve by a config"],
      ["-c passthru.jsonc -t 2s --log-format json", "decide faster, log JSON"],
    ],
  },
  {
    name: "check",
    summary: "Check a config without binding anything",
    details: [
      "Prints one OK line and a table of listeners, rules and targets, the rules in the order in which they are tried; or every problem with its place. Exits with 0 or 78.",
      'Tries the config\'s own expectations ("expect"): samples of what a client sends, and where they must go. Without a network, with the code that serves connections. A config whose expectations fail is not served either: run exits with 78, and a reload keeps the old one.',
    ],
    options: [CONFIG, HELP],
    examples: [
      ["check -c passthru.jsonc", "check before a restart"],
    ],
  },
  {
    name: "scopes",
    summary: "Print the Deno permissions that a config needs, and no more",
    details: [
      "Prints the flags for deno run on one line, quoted for a shell. passthru runs under exactly these.",
      "Permissions of the runtime are compared as texts: a name is granted as that name, whatever it resolves to.",
    ],
    options: [
      CONFIG,
      { long: "json", help: "Print them as JSON" },
      { long: "systemd", help: "Print a hardened systemd unit with them" },
      ISOLATION,
      HELP,
    ],
    examples: [
      ["scopes -c passthru.jsonc", "the flags"],
      ["scopes -c passthru.jsonc --systemd", "a unit for systemd"],
    ],
  },
  {
    name: "explain",
    summary: "Say why a connection goes where it goes, without a network",
    details: [
      "Shows what each detector says of a client's first bytes, at which byte (counted from 0) it made up its mind, and what it learnt; with a config also the rule, the target, and why the other rules lost. It decides with the code that serves connections.",
      'Give it exactly one of --hex, --file, --pcap, --jsonl and --listen; "-" as FILE reads standard input. With a config it takes the detectors, the facts, the peek size and the rules of one server; without one, all built-in detectors.',
      "A capture may be pcap or pcapng, of Ethernet, Linux cooked, raw IP or loopback; every TCP connection in it is put together and explained. With --listen it accepts connections until SIGINT, explains each and closes it.",
    ],
    options: [
      { long: "hex", value: "TEXT", help: "Bytes as hex digits" },
      { long: "file", value: "FILE", help: "Bytes as they are" },
      { long: "pcap", value: "FILE", help: "A capture, pcap or pcapng" },
      {
        long: "jsonl",
        value: "FILE",
        help:
          'Lines of {"id": "...", "transport": "tcp", "segments": ["base64", ...]}',
      },
      { long: "listen", value: "ADDR", help: "Connections to an address" },
      CONFIG,
      {
        long: "server",
        value: "ADDR",
        help:
          "The server of the config, as it spells it (default the only one)",
      },
      {
        long: "from",
        value: "ADDRESS",
        help:
          "The client's IP address for FROM rules (default that of --pcap and --listen)",
      },
      {
        long: "time",
        value: "RFC3339",
        help:
          'When it is accepted for TIME rules: "2026-07-01T09:30:00Z" (default that of --pcap and --listen)',
      },
      DETECT_TIMEOUT,
      { long: "json", help: "Print one JSON object a line and connection" },
      HELP,
    ],
    examples: [
      ["explain --hex 5353482d322e302d780d0a", "which protocol is this"],
      ["explain -c passthru.jsonc --pcap trace.pcap", "where would these go"],
      ["explain -c passthru.jsonc --listen :8443", "try a client"],
    ],
  },
  {
    name: "detectors",
    summary: "List the detectors, or show what is known of one",
    argument: "NAME",
    details: [
      "Without a name it lists the protocols that a config may name, what each is recognised by, and the words of its rules. With one it shows how such a connection opens, its rules with an example each, the facts that they test, where the format is laid down, and what the detector refuses on purpose.",
      "Bytes are hexadecimal digits between backquotes; BE16, LE32 and the like are numbers of so many bits, the big or the little end first; SP, CR and LF are those bytes. With a config, the detectors that it declares are there too.",
    ],
    options: [
      CONFIG,
      { long: "json", help: "Print them, or the one, as JSON" },
      HELP,
    ],
    examples: [
      ["detectors", "which protocols are there"],
      ["detectors TLS", "its rules, facts and first bytes"],
      ["detectors -c passthru.jsonc --json", "also those of a config, as JSON"],
    ],
  },
  ...ADMIN_COMMANDS,
  {
    name: "schema",
    summary: "Print the JSON Schema of the config, for editors",
    details: [
      'An editor completes and explains the fields of a config that names it: "$schema": "./passthru.schema.json". It is draft-07, which VS Code supports in full.',
      "What only the program can tell (addresses, rules that can never win, expectations) is left to check.",
    ],
    options: [HELP],
    examples: [
      ["schema > passthru.schema.json", "put it beside the config"],
    ],
  },
  {
    name: "help",
    summary: "Show the help of a command",
    argument: "COMMAND",
    details: [],
    options: [HELP],
    examples: [["help check", "what check does"]],
  },
  {
    name: "version",
    summary: "Show the versions of passthru, Deno and V8",
    details: [],
    options: [HELP],
    examples: [],
  },
];
