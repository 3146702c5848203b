/** What a second worker brings. */
import type { Bench } from "../context.ts";
import type { Figure, Measure } from "../figures.ts";
import { threadSeconds } from "../process_tree.ts";
import { inRounds, type Load, type Values } from "../rounds.ts";
import { wrk } from "../tools/wrk.ts";
import { startWay, type Way } from "../ways.ts";
import { costed, costFigure } from "./costed.ts";

/** Connections at a time. */
const CONNECTIONS = 32;

/** What wrk asks for. */
interface Kind {
  readonly name: string;
  readonly title: string;
  /** Whether connections are kept. */
  readonly keep: boolean;
}

const KINDS: readonly Kind[] = [
  { name: "http", title: "new connections", keep: false },
  { name: "kept", title: "kept-alive requests", keep: true },
];

/** A program that runs twice. */
interface Both {
  readonly name: string;
  readonly one: Way;
  readonly two: Way;
}

/** Programs that can have one worker or two, with the same load for each. */
export const SECOND_WORKER: Measure = {
  name: "workers",
  title: `A second worker (wrk, ${CONNECTIONS} connections)`,
  needs: ["wrk"],
  figures: () => KINDS.flatMap(figuresOf),
  async run(bench) {
    await using stack = new AsyncDisposableStack();
    const among: Both[] = [];
    for (const program of bench.programs) {
      if (program.hasOneWorker) continue;
      const start = async (workers: number) =>
        stack.use(await startWay(bench, program, { workers }));
      among.push({
        name: program.name,
        one: await start(1),
        two: await start(2),
      });
    }
    return await inRounds(bench, {
      label: "workers",
      among,
      loads: KINDS.map((kind) => loadOf(bench, kind)),
      warmUp: true,
    });
  },
};

/** The same load for both; who has it first changes from time to time. */
function loadOf(bench: Bench, kind: Kind): Load<Both> {
  let turn = 0;
  return async ({ one, two }, seconds) => {
    const oneFirst = turn++ % 2 === 0;
    const load = { ...kind, seconds };
    const values: Record<string, number> = {};
    for (const way of oneFirst ? [one, two] : [two, one]) {
      const workers = way === one ? 1 : 2;
      Object.assign(values, await loaded(bench, way, { ...load, workers }));
    }
    const [with1, with2] = [1, 2].map((workers) =>
      values[`${kind.name}_per_second_${workers}`]!
    ) as [number, number];
    return { ...values, [`${kind.name}_gain`]: with2 / with1 };
  };
}

async function loaded(
  bench: Bench,
  way: Way,
  options: Kind & { seconds: number; workers: number },
): Promise<Values> {
  const { name, keep, seconds, workers } = options;
  const before = threadSeconds(way.pid!);
  const { result, cpu } = await costed(
    way,
    () => wrk(bench, way, { connections: CONNECTIONS, seconds, keep }),
  );
  const share = busiestShare(before, threadSeconds(way.pid!));
  return {
    [`${name}_per_second_${workers}`]: result.perSecond,
    ...costFigure(`${name}_cpu_us_${workers}`, cpu, result.requests / 1e6),
    ...workers === 1 || share === null
      ? {}
      : { [`${name}_busiest_percent`]: 100 * share },
  };
}

/**
 * Share that the busiest thread has of the processor time of the two busiest
 * ones, which are the workers: 0.5 when connections are spread evenly, 1 when one
 * has all of them. `null` when they had none.
 *
 * @param before Processor time of each thread, in seconds, by its id.
 */
export function busiestShare(
  before: ReadonlyMap<number, number>,
  after: ReadonlyMap<number, number>,
): number | null {
  const [most = 0, second = 0] = [...after]
    .map(([thread, seconds]) => seconds - (before.get(thread) ?? 0))
    .toSorted((a, b) => b - a);
  return most > 0 ? most / (most + second) : null;
}

function figuresOf({ name, title }: Kind): Figure[] {
  const counts = [1, 2].map((workers) => ({
    suffix: `_${workers}`,
    of: `${workers} worker${workers === 1 ? "" : "s"}`,
  }));
  return [
    ...counts.map(({ suffix, of }): Figure => ({
      key: `${name}_per_second${suffix}`,
      title: `${title}, ${of}`,
      unit: "1/s",
      better: "more",
    })),
    {
      key: `${name}_gain`,
      title: `${title}, 2 workers / 1`,
      unit: "times",
      better: "more",
    },
    ...counts.map(({ suffix, of }): Figure => ({
      key: `${name}_cpu_us${suffix}`,
      title: `CPU of ${title}, ${of}`,
      unit: "us each",
      better: "less",
    })),
    {
      key: `${name}_busiest_percent`,
      title: `${title}, share of the busier worker`,
      unit: "%",
      better: "less",
    },
  ];
}
