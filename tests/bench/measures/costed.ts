/** Processor time of a program while something goes on. */
import { cpuSeconds } from "../process_tree.ts";
import type { Way } from "../ways.ts";

/** What was done, and what it took. */
export interface Costed<T> {
  readonly result: T;
  /** Processor time of the program, in seconds; `null` where it has none. */
  readonly cpu: number | null;
}

/** Does something on a way, and adds up the processor time of its program. */
export async function costed<T>(
  { pid, hasCpuTime }: Way,
  act: () => Promise<T>,
): Promise<Costed<T>> {
  const time = () => hasCpuTime ? cpuSeconds(pid!) : null;
  const before = time();
  const result = await act();
  const after = time();
  return { result, cpu: after === null ? null : after - before! };
}

/**
 * A figure of cost, `{}` where there is none.
 *
 * @param per What to divide the seconds by.
 */
export function costFigure(
  key: string,
  cpu: number | null,
  per: number,
): Record<string, number> {
  return cpu === null ? {} : { [key]: cpu / per };
}
