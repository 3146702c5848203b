/**
 * Environment variables, as far as they may be read.
 *
 * @module
 */

/** A variable; `undefined`: it is not set, or Deno does not permit to read it. */
export function environmentValue(variable: string): string | undefined {
  const { state } = Deno.permissions.querySync({ name: "env", variable });
  return state === "granted" ? Deno.env.get(variable) : undefined;
}
