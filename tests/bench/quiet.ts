/** Whether a machine is quiet enough for figures that mean something. */
import { delay } from "@std/async/delay";
import type { Busy } from "./machine.ts";
import { TICKS_PER_SECOND } from "./process_tree.ts";

/** Length of a look at the processors, in milliseconds. */
const LOOK_MS = 1_000;
/** Most of all processors that others may use beside a bench, in percent. */
const MOST_BUSY = 5;
/** Most that the host of a virtual machine may take away, in percent. */
const MOST_STOLEN = 2;

/** Times of all processors since the machine started, in ticks. */
export interface CpuCounts {
  readonly total: number;
  /** Neither idle nor waiting for a disk. */
  readonly busy: number;
  /** What the host of a virtual machine gave to others (a part of `busy`). */
  readonly stolen: number;
}

/** Reads the first line of /proc/stat (proc(5)). */
export function parseCpuCounts(text: string): CpuCounts {
  const line = /^cpu +(.*)$/m.exec(text)?.[1] ?? "";
  // user nice system idle iowait irq softirq steal; guest times are in user.
  const ticks = line.split(" ").map(Number).slice(0, 8);
  const total = ticks.reduce((sum, value) => sum + value, 0);
  const [idle = 0, wait = 0] = ticks.slice(3, 5);
  return { total, busy: total - idle - wait, stolen: ticks[7] ?? 0 };
}

/** The counts now. */
export async function cpuCounts(): Promise<CpuCounts> {
  return parseCpuCounts(await Deno.readTextFile("/proc/stat"));
}

/** What the processors did between two looks. */
export interface Between {
  /** Time of all processors together, in seconds. */
  readonly seconds: number;
  /** Shares of that time, in percent. */
  readonly busy: number;
  readonly stolen: number;
}

/** What the processors did between two looks. */
export function busyBetween(from: CpuCounts, to: CpuCounts): Between {
  const total = Math.max(to.total - from.total, 1);
  return {
    seconds: total / TICKS_PER_SECOND,
    busy: 100 * (to.busy - from.busy) / total,
    stolen: 100 * (to.stolen - from.stolen) / total,
  };
}

/** How much of all processors is used for a second, in percent. */
export async function watchProcessors(): Promise<number> {
  const from = await cpuCounts();
  await delay(LOOK_MS);
  return busyBetween(from, await cpuCounts()).busy;
}

/** Why figures are not to be trusted: one sentence each. */
export function warnings({ before, during, stolen }: Busy): readonly string[] {
  const found = [
    [before, MOST_BUSY, "other processes used", "before the bench"],
    [during, MOST_BUSY, "other processes used", "during the bench"],
    [stolen, MOST_STOLEN, "the host took away", "during the bench"],
  ] as const;
  return found.filter(([share, most]) => share > most).map((
    [share, most, what, when],
  ) =>
    `The machine is not quiet: ${what} ${share.toFixed(0)} % ` +
    `of the processors ${when} (at most ${most} % wanted)`
  );
}
