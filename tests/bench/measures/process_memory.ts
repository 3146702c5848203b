/** Memory of a process that has nothing to do. */
import { delay } from "@std/async/delay";
import type { Bench } from "../context.ts";
import type { Figure, Measure } from "../figures.ts";
import type { Peer } from "../peers/peer.ts";
import { type Memory, memory } from "../process_tree.ts";
import { inRounds, type Values } from "../rounds.ts";
import { startWay } from "../ways.ts";

const WORKERS = [1, 2];

/** What each kind of memory is called. */
const KINDS: Readonly<Record<keyof Memory, string>> = {
  residentKib: "resident",
  proportionalKib: "proportional",
  ownKib: "own",
};

/** A new process that has answered one client, with one worker and with two. */
export const PROCESS_MEMORY: Measure = {
  name: "process",
  title: "Memory of a process at rest, after one client",
  needs: [],
  figures: () =>
    WORKERS.flatMap((workers) =>
      Object.entries(KINDS).map(([kind, title]) =>
        figureOf(kind as keyof Memory, { title, workers })
      )
    ),
  run: (bench) =>
    inRounds(bench, {
      label: "process",
      among: bench.programs,
      loads: WORKERS.map((workers) => (program: Peer) =>
        atRest(bench, program, workers)
      ),
    }),
};

function figureOf(
  kind: keyof Memory,
  { title, workers }: { title: string; workers: number },
): Figure {
  return {
    key: keyOf(kind, workers),
    title: `${title}, ${workers} worker${workers === 1 ? "" : "s"}`,
    unit: "MiB",
    better: "less",
    ...kind === "residentKib"
      ? { targets: [{ of: "baseline", most: 0.7 }] }
      : {},
  };
}

function keyOf(kind: keyof Memory, workers: number): string {
  return `${kind.replace("Kib", "_mib")}_${workers}`;
}

async function atRest(
  bench: Bench,
  program: Peer,
  workers: number,
): Promise<Values> {
  if (workers > 1 && program.hasOneWorker) return {};
  await using way = await startWay(bench, program, { workers });
  await delay(bench.settings.processSeconds * 1_000);
  const found = memory(way.pid!);
  return Object.fromEntries(
    (Object.keys(KINDS) as (keyof Memory)[]).map((kind) => [
      keyOf(kind, workers),
      found[kind] / 1_024,
    ]),
  );
}
