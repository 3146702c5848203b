/**
 * The option `--watch`.
 *
 * @module
 */
import type { ConfigWatch } from "./config_watch.ts";

/**
 * What watches the files of the config, loaded only where it is wanted.
 *
 * @param onChange Hears that something has changed.
 * @returns `null`: they are not watched.
 * @throws {UsageError} When there is no file.
 */
export async function watchOf(
  values: ReadonlyMap<string, string>,
  onChange: () => void,
): Promise<ConfigWatch | null> {
  if (!values.has("watch")) return null;
  const { ConfigWatch } = await import("./config_watch.ts");
  return new ConfigWatch(values.get("config"), onChange);
}
