/**
 * What the kernel says about a process and all that it has started. Linux only;
 * Deno reads /proc with --allow-all only.
 */

/** Unit of processor times in /proc, a second; 100 on every Linux (proc(5)). */
const TICKS_PER_SECOND = 100;

/** Part of /proc/PID/stat. */
export interface ProcessStat {
  readonly pid: number;
  readonly parent: number;
  /**
   * Processor time of its threads, and of the children that it has waited for,
   * user and system, in seconds.
   */
  readonly cpuSeconds: number;
}

/** Memory, in KiB. */
export interface Memory {
  /**
   * What the processes have written, each page shared out among those that have
   * it (PSS without files): the same whoever else runs the same program.
   */
  readonly ownKib: number;
  /** Resident sets, added up: shared pages count for each process. */
  readonly residentKib: number;
}

/** Reads the text of /proc/PID/stat (proc(5)). */
export function parseStat(text: string): ProcessStat {
  // The name may have spaces and brackets.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ").map(Number);
  // Fields 14 to 17 of the file: utime, stime, cutime, cstime.
  const ticks = fields.slice(11, 15).reduce((sum, value) => sum + value, 0);
  return {
    pid: parseInt(text),
    parent: fields[1]!,
    cpuSeconds: ticks / TICKS_PER_SECOND,
  };
}

/** Reads the text of /proc/PID/smaps_rollup. */
export function parseMemory(text: string): Memory {
  const kib = (name: string) =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(text)?.[1] ?? 0);
  return {
    ownKib: kib("Pss_Anon") + kib("Pss_Shmem"),
    residentKib: kib("Rss"),
  };
}

/** The processor time that a process and its descendants have had, in seconds. */
export function cpuSeconds(pid: number): number {
  return processTree(pid).reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0);
}

/** The memory that a process and its descendants have. */
export function memory(pid: number): Memory {
  let [ownKib, residentKib] = [0, 0];
  for (const { pid: one } of processTree(pid)) {
    const text = readIfThere(`/proc/${one}/smaps_rollup`);
    if (text === null) continue;
    const part = parseMemory(text);
    ownKib += part.ownKib;
    residentKib += part.residentKib;
  }
  return { ownKib, residentKib };
}

function processTree(root: number): ProcessStat[] {
  const stats: ProcessStat[] = [];
  for (const { name } of Deno.readDirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const text = readIfThere(`/proc/${name}/stat`);
    if (text !== null) stats.push(parseStat(text));
  }
  const children = Map.groupBy(stats, ({ parent }) => parent);
  const tree = stats.filter(({ pid }) => pid === root);
  // It grows while it is walked.
  for (const { pid } of tree) tree.push(...children.get(pid) ?? []);
  return tree;
}

/** A file of a process, `null` when it has ended meanwhile. */
function readIfThere(path: string): string | null {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return null;
  }
}
