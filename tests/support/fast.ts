/** That code takes no longer than it may, however busy the machine is. */
import { assert } from "@std/assert";

/** Passes of which one must be fast enough: the first compiles the code, too. */
const ROUNDS = 3;
/** Length of a tick of {@linkcode cpuMs} (proc(5), `_SC_CLK_TCK`). */
const TICK_MS = 10;

/**
 * Fails when each pass takes so many milliseconds or more of the processor's
 * time. What other threads and programs take does not count.
 *
 * @param what Is measured; it begins the message.
 */
export function assertFast(
  what: string,
  limitMs: number,
  pass: () => void,
): void {
  const took: number[] = [];
  do {
    const began = cpuMs();
    pass();
    took.push(cpuMs() - began);
  } while (took.at(-1)! >= limitMs && took.length < ROUNDS);
  assert(
    took.at(-1)! < limitMs,
    `${what}: took ${took.join(", ")} ms, not less than ${limitMs}`,
  );
}

/** The processor's time that this thread has taken so far, in ticks of 10 ms. */
function cpuMs(): number {
  const stat = Deno.readTextFileSync("/proc/thread-self/stat");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [user, system] = fields.slice(11, 13).map(Number);
  return (user! + system!) * TICK_MS;
}
