/**
 * What need not be written, because the catch-all does it anyway.
 *
 * @module
 */
import type { OrderedEntry } from "./entries.ts";
import type { ProtocolRules } from "./server_types.ts";

/** The rules, or none if all of them do what the catch-all does. */
export function withoutTail<Action>(
  entries: readonly OrderedEntry<Action>[],
  catchall: Action,
): readonly OrderedEntry<Action>[] {
  return entries.every(({ action }) => action === catchall) ? [] : entries;
}

/**
 * Protocols without those that say what the catch-all does anyway, unless others
 * stand behind them, which would take their connections.
 */
export function withoutRedundant<Action>(
  protocols: readonly ProtocolRules<Action>[],
  catchall: Action,
): ProtocolRules<Action>[] {
  const short = protocols.map((one) => ({
    ...one,
    catchall: one.catchall?.action === catchall ? null : one.catchall,
  }));
  const last = short.findLastIndex(({ rules, catchall }) =>
    rules.length > 0 || catchall !== null
  );
  return short.slice(0, last + 1).map((one, index) =>
    one.rules.length > 0 || one.catchall !== null ? one : protocols[index]!
  );
}
