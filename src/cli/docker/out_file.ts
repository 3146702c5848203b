/**
 * The file that is written: always whole, for whoever reads it.
 *
 * @module
 */
import { basename, dirname, join } from "node:path";
import { errorCode } from "../../errors.ts";

/** Readable for a passthru that runs as another user, whatever the umask is. */
const MODE = 0o644;

/** Reads the file; `null`: there is none. */
export async function readOut(path: string): Promise<string | null> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    if (errorCode(error) === "ENOENT") return null;
    throw error;
  }
}

/**
 * Replaces the file. Who reads it meanwhile sees the old one or the new one, after
 * a loss of power too.
 */
export async function replaceOut(path: string, text: string): Promise<void> {
  // A name that no pattern of "include" fits.
  const fresh = join(dirname(path), `.${basename(path)}.tmp`);
  await removeQuietly(fresh);
  try {
    using file = await Deno.open(fresh, { write: true, createNew: true });
    const bytes = new TextEncoder().encode(text);
    for (let at = 0; at < bytes.length;) {
      at += await file.write(bytes.subarray(at));
    }
    await file.syncData();
  } catch (error) {
    await removeQuietly(fresh);
    throw error;
  }
  await Deno.chmod(fresh, MODE);
  await Deno.rename(fresh, path);
}

/**
 * Locks the file, for as long as the process lives.
 *
 * The lock is on a file beside it, because the file itself is replaced. That one
 * stays: another process may have it open.
 *
 * @returns Dispose of it to unlock. `null`: another process has it.
 */
export async function lockOut(path: string): Promise<Disposable | null> {
  const lock = join(dirname(path), `.${basename(path)}.lock`);
  // Who can open it can lock it.
  const options = { write: true, create: true, mode: 0o600 };
  const file = await Deno.open(lock, options);
  try {
    if (await file.tryLock(true)) return file;
  } catch (error) {
    file.close();
    throw error;
  }
  file.close();
  return null;
}

/** What a process that crashed has left. */
async function removeQuietly(path: string): Promise<void> {
  try {
    await Deno.remove(path);
  } catch {
    // It is not there, or the next step says what is wrong.
  }
}
