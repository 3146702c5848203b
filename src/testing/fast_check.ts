/**
 * fast-check. Its version is named here and not in `deno.json`, since whatever
 * is named there is downloaded by the first `deno task`.
 *
 * @module
 */
export * from "npm:fast-check@4.10.2";
