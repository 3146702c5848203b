/**
 * What a detector learns about a connection.
 *
 * @module
 */

/** One thing learnt: a name, a list of names, a flag. */
export type FactValue = string | number | boolean | readonly string[];

/** All that was learnt, by fact name (`sni`, `alpn`, `host`, ...). */
export type Facts = Readonly<Record<string, FactValue>>;
