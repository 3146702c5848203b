/**
 * The file that holds the token of the admin address.
 *
 * @module
 */
import { dirname, isAbsolute, join, resolve } from "node:path";
import type { AdminPlan } from "../config/admin_plan.ts";
import { errorText, PassthruError } from "../errors.ts";

/** Shortest and longest token, in characters. */
const MIN_TOKEN_LENGTH = 16;
const MAX_TOKEN_LENGTH = 4096;

/**
 * Where the token's file is.
 *
 * @param config The config as given to `-c`; a relative path begins at its
 * folder, or at the current one for standard input.
 * @returns `null`: there is no token.
 */
export function tokenPath(
  { tokenFile }: Pick<AdminPlan, "tokenFile">,
  config: string,
): string | null {
  if (tokenFile === undefined) return null;
  if (config === "-" || isAbsolute(tokenFile)) return tokenFile;
  return join(dirname(config), tokenFile);
}

/**
 * Reads the token, without the white space around it.
 *
 * @returns `null`: there is none.
 * @throws {PassthruError} `bad_token`, when it cannot be read or is none that can
 * be relied on. The message does not show it.
 */
export async function readToken(
  admin: Pick<AdminPlan, "tokenFile">,
  config: string,
): Promise<string | null> {
  const path = tokenPath(admin, config);
  if (path === null) return null;
  let token: string;
  try {
    token = (await Deno.readTextFile(path)).trim();
  } catch (error) {
    throw bad(`Cannot read the admin token "${path}": ${errorText(error)}`);
  }
  const problem = tokenProblem(token);
  if (problem === null) return token;
  throw bad(`Cannot use the admin token in "${path}": ${problem}`);
}

/** Bits of a mode: others may read a file, or pass a folder. */
const OTHERS_READ = 0o004;
const OTHERS_PASS = 0o001;

/**
 * Says in words that all users of this machine can read the token; `null`: they
 * cannot, there is no token, or it cannot be told (Windows has other rights).
 */
export async function tokenWarning(
  admin: Pick<AdminPlan, "tokenFile">,
  config: string,
): Promise<string | null> {
  const path = tokenPath(admin, config);
  if (path === null || !await allows(path, OTHERS_READ)) return null;
  // Nobody gets at it in a folder that is closed to others.
  for (let at = resolve(path); at !== dirname(at);) {
    at = dirname(at);
    if (await allows(at, OTHERS_PASS) === false) return null;
  }
  return `All users of this machine can read the admin token in "${path}": expected a file that others cannot read (chmod o= "${path}")`;
}

/** Whether others have a right to a file; `null`: that cannot be told. */
async function allows(path: string, right: number): Promise<boolean | null> {
  try {
    const { mode } = await Deno.stat(path);
    return mode === null ? null : (mode & right) !== 0;
  } catch {
    return null;
  }
}

function tokenProblem(token: string): string | null {
  if (token === "") return "the file is empty";
  const { length } = token;
  if (length < MIN_TOKEN_LENGTH) {
    return `it has ${length} characters, expected at least ${MIN_TOKEN_LENGTH}`;
  }
  if (length > MAX_TOKEN_LENGTH) {
    return `it has ${length} characters, expected at most ${MAX_TOKEN_LENGTH}`;
  }
  // It has to fit into a header of one line.
  return /^[\x21-\x7e]+$/.test(token)
    ? null
    : "expected one line of printable ASCII without spaces";
}

function bad(message: string): PassthruError {
  return new PassthruError(message, { code: "bad_token", source: "config" });
}
