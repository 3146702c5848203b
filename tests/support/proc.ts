/** What the kernel says about a process. Linux only. */
import { runWell } from "./programs.ts";

// Deno reads nothing under /proc without --allow-all; `ls` and `cat` do.

/** How many descriptors a process has open. */
export async function openDescriptors(pid: number): Promise<number> {
  const { text } = await runWell("ls", ["-1", `/proc/${pid}/fd`]);
  return text.split("\n").filter((line) => line !== "").length;
}

/** The most memory that a process has had resident so far, in MB. */
export async function peakResidentMb(pid: number): Promise<number> {
  const { text } = await runWell("cat", [`/proc/${pid}/status`]);
  return Math.round(Number(/^VmHWM:\s+(\d+) kB$/m.exec(text)![1]) / 1_000);
}
