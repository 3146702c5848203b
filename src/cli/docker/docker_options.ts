/**
 * The command line of `passthru docker`.
 *
 * @module
 */
import { UsageError } from "../command.ts";

/** Where Docker Engine listens. */
export const DEFAULT_SOCKET = "/var/run/docker.sock";

/** What the command line says, beside the log. */
export interface DockerOptions {
  /** The config as given to `-c`. */
  readonly config: string;
  /** The file to write. */
  readonly out: string;
  /** Path of the engine's socket. */
  readonly socket: string;
}

/**
 * Reads the options.
 *
 * @throws {UsageError} With all that is wrong.
 */
export function dockerOptions(
  values: ReadonlyMap<string, string>,
): DockerOptions {
  const problems: string[] = [];
  const config = values.get("config");
  const out = values.get("out");
  if (config === undefined || config === "-") {
    problems.push('No config: expected a file, such as "-c passthru.jsonc"');
  }
  if (out === undefined || out === "") {
    problems.push(
      'No file to write: expected a path, such as "--out docker.d/routes.jsonc"',
    );
  }
  const given = values.get("socket") ?? DEFAULT_SOCKET;
  const socket = given.replace(/^unix:(?:\/\/)?/, "");
  if (!socket.startsWith("/")) {
    problems.push(
      `Invalid value of "--socket": found ${
        JSON.stringify(given)
      }, expected an absolute path, such as "${DEFAULT_SOCKET}"`,
    );
  }
  if (problems.length > 0) throw new UsageError(problems);
  return { config: config!, out: out!, socket };
}
