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
    if (errorCode(error) === "NOT_CAPABLE") {
      const flag = scopeFlags({ read: [path] }).join("");
      throw new PassthruError(
        `Cannot read "${path}": not permitted by the Deno permissions, run with ${flag}`,
        { code: "missing_permissions", source: "config", cause: error },
      );
    }
    return error instanceof Error ? error : new Error(String(error));
  }
}
