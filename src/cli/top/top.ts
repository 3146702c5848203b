/**
 * `passthru top`: watch a running passthru in the terminal.
 *
 * @module
 */
import { AdminClient } from "../../admin/client.ts";
import { PassthruError } from "../../errors.ts";
import { adminPlace } from "../admin_place.ts";
import { ExitCode } from "../exit_code.ts";
import { type Command, type ParsedArguments, UsageError } from "../command.ts";
import type { Output } from "../output.ts";
import { durationOf } from "../overrides.ts";
import { TopSession } from "./session.ts";
import { firstLook } from "./snapshot.ts";
import { type OpenTerminal, openTerminal } from "./terminal.ts";
import { ADMIN_ACCESS, HELP } from "../shared_options.ts";

const DEFAULT_INTERVAL_MS = 1_000;
/** Looking more often would show nothing that an eye can follow. */
const LEAST_INTERVAL_MS = 100;

/**
 * Runs the command, until somebody quits.
 *
 * @param open How the terminal is opened. Default: that of the process.
 * @returns The exit code.
 * @throws {PassthruError} There is no terminal, or the first look fails.
 */
export async function top(
  { values }: ParsedArguments,
  output: Output,
  open: OpenTerminal = openTerminal,
): Promise<number> {
  const intervalMs = intervalOf(values);
  const place = await adminPlace(values);
  if (typeof place === "string") {
    output.err(`${place}\n`);
    return ExitCode.config;
  }
  using client = new AdminClient(place);
  const first = await firstLook(client);
  let session: TopSession | null = null;
  using terminal = open({
    onChange: () => session?.redraw(),
    onStop: () => session?.stop(),
  });
  if (terminal === null) throw new PassthruError(NO_TERMINAL, NO_TERMINAL_KIND);
  session = new TopSession({ client, terminal, first, intervalMs });
  await session.run();
  return ExitCode.ok;
}

const NO_TERMINAL =
  'Cannot show a full screen: standard input and output are not a terminal. "passthru status" prints the state once';
const NO_TERMINAL_KIND = { code: "no_terminal", source: "internal" } as const;

/** @throws {UsageError} */
function intervalOf(values: ReadonlyMap<string, string>): number {
  const problems: string[] = [];
  const interval = durationOf(values, "interval", LEAST_INTERVAL_MS, problems);
  if (problems.length > 0) throw new UsageError(problems);
  return interval ?? DEFAULT_INTERVAL_MS;
}

/** `passthru top`. */
export const TOP_COMMAND: Command = {
  name: "top",
  summary: "Show a running passthru live in the terminal",
  details: [
    "Shows rates, listeners, targets with their health, and open connections, updated every second. The arrow keys select a connection, Enter explains its route, x closes it, / filters, ? shows all keys, q quits.",
    "Needs a terminal of at least 40 columns. NO_COLOR disables colours.",
  ],
  options: [
    ...ADMIN_ACCESS,
    {
      long: "interval",
      value: "DURATION",
      help: 'Time between two updates: "2", "500ms" (default 1s)',
    },
    HELP,
  ],
  examples: [
    ["top", "the passthru with admin address 127.0.0.1:9901"],
    ["top --admin 10.0.0.7:9901 --token-file token", "another machine"],
  ],
  run: (parsed, output) => top(parsed, output),
};
