/** The threads of a process. Linux only. */
import { runWell } from "./programs.ts";
import { until } from "./wait.ts";

/**
 * Waits until a passthru has so many data planes, and no other workers: there is
 * none that holds the listening sockets before many clients have come. The
 * runtime names their threads.
 */
export async function untilPlanes(pid: number, planes: number): Promise<void> {
  await until(
    `${planes} data planes`,
    async () => await workerThreads(pid) === planes || null,
  );
}

/** How many workers a Deno process has. */
export async function workerThreads(pid: number): Promise<number> {
  // Deno itself reads nothing under /proc without --allow-all. A thread may end
  // while its name is read.
  const { text } = await runWell(
    "sh",
    ["-c", `cat /proc/${pid}/task/*/comm 2>/dev/null || test -d /proc/${pid}`],
  );
  return text.split("\n").filter((name) => /^worker-\d+$/.test(name)).length;
}

/**
 * Does something while no thread of a process runs.
 *
 * @returns What that gives; the process goes on then.
 */
export async function whileStopped<T>(
  pid: number,
  act: () => Promise<T>,
): Promise<T> {
  Deno.kill(pid, "SIGSTOP");
  try {
    await until("all threads to stop", async () => {
      const command = `cat /proc/${pid}/task/*/status`;
      const { text } = await runWell("sh", ["-c", command]);
      return !/^State:\s+[^T]/m.test(text) || null;
    });
    return await act();
  } finally {
    Deno.kill(pid, "SIGCONT");
  }
}
