/**
 * What SIGHUP means to a server.
 *
 * @module
 */
import { UsageError } from "../command.ts";

/** Values of `--on-hangup`. */
export const HANGUPS = ["auto", "reload", "stop"] as const;

/**
 * Whether SIGHUP stops the server, as SIGTERM does. Default (`auto`): with a
 * terminal as standard input or error, which sends it when it closes; elsewhere
 * SIGHUP means to reload.
 *
 * @param value Of `--on-hangup`.
 * @throws {UsageError} When it is no such word.
 */
export function stopsOnHangup(value = "auto"): boolean {
  if (value === "auto") {
    return Deno.stdin.isTerminal() || Deno.stderr.isTerminal();
  }
  if (HANGUPS.some((known) => known === value)) return value === "stop";
  throw new UsageError([
    `Invalid value of "--on-hangup": found "${value}", expected auto, reload or stop`,
  ]);
}
