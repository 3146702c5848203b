/** What processes of a bench are started under. */
import type { Settings } from "./settings.ts";

/**
 * Descriptors for a process: two for each of the most connections, or as many as
 * the back end has from several programs.
 */
const DESCRIPTORS = 20_000;

/** Which side of the bench a process is on. */
export type Side = "program" | "load";

/**
 * A command with as many descriptors as it may have, up to those that a bench
 * needs, and on its cores when cores are divided.
 */
export function limited(
  command: readonly string[],
  side: Side,
  { pin, workers }: Pick<Settings, "pin" | "workers">,
): readonly string[] {
  const raise = `
    hard=$(ulimit -Hn)
    [ "$hard" = unlimited ] || [ "$hard" -ge ${DESCRIPTORS} ] || set_to=$hard
    ulimit -Sn "\${set_to:-${DESCRIPTORS}}"
    exec "$@"`;
  const cores = side === "program"
    ? `0-${workers - 1}`
    : `${workers}-${navigator.hardwareConcurrency - 1}`;
  const pinned = pin ? ["taskset", "--cpu-list", cores] : [];
  return ["sh", "-c", raise, "sh", ...pinned, ...command];
}
