/**
 * What the kernel says about a process and all that it has started. Linux only;
 * Deno reads /proc with --allow-all only.
 */

/** Unit of processor times in /proc, a second; 100 on every Linux (proc(5)). */
export const TICKS_PER_SECOND = 100;

/** Part of /proc/PID/stat. */
export interface ProcessStat {
  readonly pid: number;
  readonly parent: number;
  readonly time: CpuTime;
}

/**
 * Processor time, in seconds, of all threads of a process and of the children that
 * it has waited for.
 */
export interface CpuTime {
  /** In the program itself. */
  readonly user: number;
  /** In the kernel, on behalf of the program. */
  readonly system: number;
}

/** Memory, in KiB. */
export interface Memory {
  /**
   * What the processes have written, each page shared out among those that have
   * it (PSS without files): the same whoever else runs the same program.
   */
  readonly ownKib: number;
  /**
   * The same with files (PSS): the program's own file counts less while others
   * run it.
   */
  readonly proportionalKib: number;
  /** Resident sets, added up: shared pages count for each process. */
  readonly residentKib: number;
}

/** Reads the text of /proc/PID/stat (proc(5)). */
export function parseStat(text: string): ProcessStat {
  // The name may have spaces and brackets.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ").map(Number);
  // Fields 14 to 17 of the file.
  const [utime, stime, cutime, cstime] = fields.slice(11, 15) as [
    number,
    number,
    number,
    number,
  ];
  return {
    pid: parseInt(text),
    parent: fields[1]!,
    time: {
      user: (utime + cutime) / TICKS_PER_SECOND,
      system: (stime + cstime) / TICKS_PER_SECOND,
    },
  };
}

/** Reads the text of /proc/PID/smaps_rollup. */
export function parseMemory(text: string): Memory {
  const kib = (name: string) =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(text)?.[1] ?? 0);
  return {
    ownKib: kib("Pss_Anon") + kib("Pss_Shmem"),
    proportionalKib: kib("Pss"),
    residentKib: kib("Rss"),
  };
}

/** The processor time that a process and its descendants have had. */
export function cpuTime(pid: number): CpuTime {
  let [user, system] = [0, 0];
  for (const { time } of processTree(pid)) {
    user += time.user;
    system += time.system;
  }
  return { user, system };
}

/** The processor time of each thread of a process and its descendants, by its id. */
export function threadSeconds(pid: number): ReadonlyMap<number, number> {
  const seconds = new Map<number, number>();
  for (const { pid: one } of processTree(pid)) {
    const folder = `/proc/${one}/task`;
    for (const thread of namesIn(folder)) {
      const text = readIfThere(`${folder}/${thread}/stat`);
      if (text === null) continue;
      const { time } = parseStat(text);
      seconds.set(Number(thread), time.user + time.system);
    }
  }
  return seconds;
}

/** The memory that a process and its descendants have. */
export function memory(pid: number): Memory {
  const sum = { ownKib: 0, proportionalKib: 0, residentKib: 0 };
  for (const { pid: one } of processTree(pid)) {
    const text = readIfThere(`/proc/${one}/smaps_rollup`);
    if (text === null) continue;
    const part = parseMemory(text);
    sum.ownKib += part.ownKib;
    sum.proportionalKib += part.proportionalKib;
    sum.residentKib += part.residentKib;
  }
  return sum;
}

/**
 * The processor time, in seconds, that all processes have had that are neither
 * part of a tree nor kernel threads. What two calls differ by is the use of the
 * processors by others in between, also by those that have ended since: their
 * parents have waited for them.
 *
 * @param root First process of the tree.
 */
export function othersCpuSeconds(root: number): number {
  const stats = allStats();
  const own = new Set(treeIn(stats, root).map(({ pid }) => pid));
  return stats.filter((stat) => !own.has(stat.pid) && !isSystem(stat))
    .reduce((sum, { time }) => sum + time.user + time.system, 0);
}

/** Kernel threads, and init, which is charged for every orphan. */
function isSystem({ pid, parent }: ProcessStat): boolean {
  const kernel = 2;
  return pid <= kernel || parent === kernel;
}

function processTree(root: number): ProcessStat[] {
  return treeIn(allStats(), root);
}

function allStats(): readonly ProcessStat[] {
  const stats: ProcessStat[] = [];
  for (const name of namesIn("/proc")) {
    const text = readIfThere(`/proc/${name}/stat`);
    if (text !== null) stats.push(parseStat(text));
  }
  return stats;
}

function treeIn(stats: readonly ProcessStat[], root: number): ProcessStat[] {
  const children = Map.groupBy(stats, ({ parent }) => parent);
  const tree = stats.filter(({ pid }) => pid === root);
  // It grows while it is walked.
  for (const { pid } of tree) tree.push(...children.get(pid) ?? []);
  return tree;
}

/** The processes or threads of a folder; none when it has gone meanwhile. */
function namesIn(folder: string): readonly string[] {
  try {
    return Array.from(Deno.readDirSync(folder), ({ name }) => name)
      .filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
}

/** A file of a process, `null` when it has ended meanwhile. */
function readIfThere(path: string): string | null {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return null;
  }
}
