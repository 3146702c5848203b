/**
 * Finding out how many descriptors are left.
 *
 * No call of the runtime tells the limit of a process to who has no permission
 * but for its own files, so some are taken and given back.
 *
 * @module
 */
import { errorCode } from "../errors.ts";

/** Codes of a lack of descriptors, of the process and of the machine. */
const SCARCE = new Set(["EMFILE", "ENFILE"]);

/**
 * Opens a file as often as that is possible.
 *
 * @param file One that may be read.
 * @param most No more often than this.
 * @returns The open files, fewer than `most` when there are no more descriptors;
 * `null`: the file cannot be opened for another reason.
 */
export function openFiles(file: string, most: number): Deno.FsFile[] | null {
  const files: Deno.FsFile[] = [];
  try {
    while (files.length < most) files.push(Deno.openSync(file));
  } catch (error) {
    if (SCARCE.has(errorCode(error))) return files;
    closeFiles(files);
    return null;
  }
  return files;
}

/** Closes files. */
export function closeFiles(files: readonly Deno.FsFile[]): void {
  for (const file of files) file.close();
}

/**
 * How many descriptors are free, as far as it matters.
 *
 * @param file One that may be read.
 * @param most More are not looked for, and are what is said when the file cannot
 * be opened: nothing is known then.
 */
export function freeDescriptors(file: string, most: number): number {
  const files = openFiles(file, most);
  if (files === null) return most;
  closeFiles(files);
  return files.length;
}
