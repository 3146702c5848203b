/**
 * Types of the `@std` functions that are used here: the npm build of the standard
 * library, to which `deno.json` maps them, ships none. They are a part of what
 * `jsr:@std/...` declares, so that the same code checks against either.
 */

declare module "@std/assert" {
  /** Whether both are deeply equal. */
  export function equal(a: unknown, b: unknown): boolean;
  /** Throws `AssertionError` unless the value is truthy. */
  export function assert(expr: unknown, msg?: string): asserts expr;
  /** Throws unless both are deeply equal. */
  export function assertEquals<T>(actual: T, expected: T, msg?: string): void;
  /** Throws unless both differ by at most the tolerance. */
  export function assertAlmostEquals(
    actual: number,
    expected: number,
    tolerance?: number,
    msg?: string,
  ): void;
  /** Throws when both are deeply equal. */
  export function assertNotEquals<T>(
    actual: T,
    expected: T,
    msg?: string,
  ): void;
  /** Throws unless both are the same value by `Object.is`. */
  export function assertStrictEquals<T>(
    actual: unknown,
    expected: T,
    msg?: string,
  ): asserts actual is T;
  /** Throws when both are the same value by `Object.is`. */
  export function assertNotStrictEquals<T>(
    actual: T,
    expected: T,
    msg?: string,
  ): void;
  /** Throws unless `actual` has all that `expected` has, at any depth. */
  export function assertObjectMatch(
    // deno-lint-ignore no-explicit-any
    actual: Record<PropertyKey, any>,
    expected: Record<PropertyKey, unknown>,
    msg?: string,
  ): void;
  /** Throws unless the text matches. */
  export function assertMatch(
    actual: string,
    expected: RegExp,
    msg?: string,
  ): void;
  /** Throws when the text matches. */
  export function assertNotMatch(
    actual: string,
    expected: RegExp,
    msg?: string,
  ): void;
  /** Throws unless the text holds the other one. */
  export function assertStringIncludes(
    actual: string,
    expected: string,
    msg?: string,
  ): void;
  /** Throws `AssertionError`, always. */
  export function fail(msg?: string): never;
  /** Throws unless `fn` throws such an error, which it returns. */
  export function assertThrows<E extends Error = Error>(
    fn: () => unknown,
    // deno-lint-ignore no-explicit-any
    ErrorClass: abstract new (...args: any[]) => E,
    msgIncludes?: string,
    msg?: string,
  ): E;
  /** Throws unless `fn` throws; returns what it threw. */
  export function assertThrows(fn: () => unknown, msg?: string): unknown;
  /** Rejects unless `fn` rejects with such an error, to which it resolves. */
  export function assertRejects<E extends Error = Error>(
    fn: () => PromiseLike<unknown>,
    // deno-lint-ignore no-explicit-any
    ErrorClass: abstract new (...args: any[]) => E,
    msgIncludes?: string,
    msg?: string,
  ): Promise<E>;
  /** Rejects unless `fn` rejects; resolves to what it rejected with. */
  export function assertRejects(
    fn: () => PromiseLike<unknown>,
    msg?: string,
  ): Promise<unknown>;
}

declare module "@std/async/delay" {
  /** How to wait. */
  export interface DelayOptions {
    /** Ends the wait, with a rejection, when it is aborted. */
    signal?: AbortSignal;
    /** Whether the wait keeps the process alive. Default: `true`. */
    persistent?: boolean;
  }
  /** Waits for a time, in milliseconds. */
  export function delay(ms: number, options?: DelayOptions): Promise<void>;
}

declare module "@std/jsonc" {
  /** A value of JSON. */
  export type JsonValue =
    | { [name: string]: JsonValue }
    | JsonValue[]
    | string
    | number
    | boolean
    | null;
  /** Reads JSON with comments and trailing commas. Throws a `SyntaxError`. */
  export function parse(text: string): JsonValue;
}

declare module "@std/cli/parse-args" {
  /** How to read a command line. */
  export interface ParseOptions<B extends string, S extends string> {
    /** Options without a value. */
    boolean?: B | readonly B[];
    /** Options whose value is a text; `"_"`: the arguments that are none. */
    string?: S | readonly S[];
    /** Other names of options. */
    alias?: Readonly<Record<string, string>>;
    /**
     * Told of each option that is declared nowhere, and, without a key, of each
     * argument that is no option. When it returns `false` it is left out.
     */
    unknown?: (arg: string, key?: string, value?: unknown) => unknown;
  }
  /** What was read: values by the option's name, and the other arguments. */
  export type Args<B extends string, S extends string> =
    & { [Name in Exclude<S, "_">]?: string }
    & { [Name in B]: boolean }
    & { _: (string | number)[] };
  /** Reads a command line. */
  export function parseArgs<
    const B extends string = never,
    const S extends string = never,
  >(args: string[], options?: ParseOptions<B, S>): Args<B, S>;
}

declare module "@std/async/pool" {
  /**
   * Maps with at most so many calls under way; results come in the order of the
   * input. One that rejects rejects the iteration.
   */
  export function pooledMap<T, R>(
    poolLimit: number,
    array: Iterable<T> | AsyncIterable<T>,
    iteratorFn: (data: T) => Promise<R>,
  ): AsyncIterableIterator<R>;
}
