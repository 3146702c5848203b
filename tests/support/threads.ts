/** The threads of a process. Linux only. */
import { runWell } from "./programs.ts";

/** How many workers a Deno process has: the runtime names their threads. */
export async function workerThreads(pid: number): Promise<number> {
  // Deno itself reads nothing under /proc without --allow-all. A thread may end
  // while its name is read.
  const { text } = await runWell(
    "sh",
    ["-c", `cat /proc/${pid}/task/*/comm 2>/dev/null || test -d /proc/${pid}`],
  );
  return text.split("\n").filter((name) => /^worker-\d+$/.test(name)).length;
}
