/**
 * Reading a file that a command line names.
 *
 * @module
 */
import { errorCode, PassthruError } from "../errors.ts";
import { scopeFlags } from "./permissions.ts";

/**
 * Reads a file; `-` is standard input.
 *
 * @returns Its bytes, or what the system said.
 * @throws {PassthruError} `missing_permissions`: Deno does not permit it.
 */
export async function readPermitted(
  path: string,
): Promise<Uint8Array | Error> {
  try {
    return path === "-"
      ? new Uint8Array(await new Response(Deno.stdin.readable).arrayBuffer())
      : await Deno.readFile(path);
  } catch (error) {
    if (errorCode(error) === "NOT_CAPABLE") throw notPermitted(path, error);
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** What to say when Deno does not permit to read a file. */
export function notPermitted(path: string, cause: unknown): PassthruError {
  const flag = scopeFlags({ read: [path] }).join("");
  return new PassthruError(
    `Cannot read "${path}": not permitted by the Deno permissions, run with ${flag}`,
    { code: "missing_permissions", source: "config", cause },
  );
}
