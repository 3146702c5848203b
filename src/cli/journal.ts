/**
 * Whether the log goes to the journal of systemd.
 *
 * @module
 */
import { environmentValue } from "./environment.ts";

/** What systemd sets: device and inode of the stream (systemd.exec(5)). */
export const JOURNAL_STREAM = "JOURNAL_STREAM";

/**
 * Whether standard error is the journal, which takes the priority of a line from
 * a prefix (sd-daemon(3)). Not known, and so `false`, without the permission to
 * read the variable.
 */
export async function logsToJournal(): Promise<boolean> {
  const stream = environmentValue(JOURNAL_STREAM);
  if (stream === undefined) return false;
  // Not a static import: it takes long to load.
  const { fstatSync } = await import("node:fs");
  try {
    // It takes no permission. Whoever is started by a service, and writes
    // elsewhere, inherits the variable too.
    const { dev, ino } = fstatSync(2);
    return stream === `${dev}:${ino}`;
  } catch {
    return false;
  }
}
