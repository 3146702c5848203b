/** Processor time of a program while something goes on. */
import type { Figure } from "../figures.ts";
import { type CpuTime, cpuTime } from "../process_tree.ts";
import type { Values } from "../rounds.ts";
import type { Way } from "../ways.ts";

/** What was done, and what it took. */
export interface Costed<T> {
  readonly result: T;
  /** Processor time of the program; `null` where it has none. */
  readonly cpu: CpuTime | null;
}

/** Does something on a way, and adds up the processor time of its program. */
export async function costed<T>(
  { pid, hasCpuTime }: Way,
  act: () => Promise<T>,
): Promise<Costed<T>> {
  const time = () => hasCpuTime ? cpuTime(pid!) : null;
  const before = time();
  const result = await act();
  const after = time();
  return {
    result,
    cpu: before === null || after === null ? null : {
      user: after.user - before.user,
      system: after.system - before.system,
    },
  };
}

/**
 * A figure of cost, `{}` where there is none.
 *
 * @param per What to divide the seconds by.
 */
export function costFigure(
  key: string,
  cpu: CpuTime | null,
  per: number,
): Values {
  return cpu === null ? {} : { [key]: (cpu.user + cpu.system) / per };
}

/** The same, with the parts of it that {@linkcode partFigures} describes. */
export function costFigures(
  key: string,
  cpu: CpuTime | null,
  per: number,
): Values {
  return cpu === null ? {} : {
    ...costFigure(key, cpu, per),
    [`${key}_user`]: cpu.user / per,
    [`${key}_kernel`]: cpu.system / per,
  };
}

/** Of a figure of cost: what of it is the program's own, and the kernel's. */
export function partFigures({ key, title, unit, better }: Figure): Figure[] {
  return ["user", "kernel"].map((part) => ({
    key: `${key}_${part}`,
    title: `${title}, ${part}`,
    unit,
    better,
  }));
}
