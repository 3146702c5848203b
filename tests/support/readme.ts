/**
 * The pages of documentation, and the parts of them that are generated. Run as a
 * program, it brings those up to date.
 */
import { isCorpusPresent } from "../accuracy/corpus.ts";
import { withAccuracy } from "../accuracy/readme_section.ts";
import { peerBlocks } from "../accuracy/peers/readme_blocks.ts";
import { keptReport, readmeBlocks } from "../bench/readme_table.ts";
import { between } from "./generated_part.ts";
import { layerList } from "./layers.ts";
import { detectorBlocks } from "./readme_detectors.ts";
import { fieldTables } from "./readme_fields.ts";
import { metricTables, openTelemetryNames } from "./readme_metrics.ts";

const ROOT = new URL("../../", import.meta.url);

/** The pages by what they are about. */
export const PAGES = {
  /** The first ten minutes. */
  start: new URL("README.md", ROOT),
  /** The config language. */
  config: new URL("configs/README.md", ROOT),
  /** The detectors. */
  detectors: new URL("src/detect/README.md", ROOT),
  /** Operations: commands, log, metrics, reload, permissions, replicas. */
  operations: new URL("configs/deploy/README.md", ROOT),
  /** The code, for contributors. */
  code: new URL("src/README.md", ROOT),
  /** How well the detectors do. */
  accuracy: new URL("tests/accuracy/README.md", ROOT),
  /** Tests and tasks. */
  tests: new URL("tests/README.md", ROOT),
  /** The benchmark. */
  bench: new URL("tests/bench/README.md", ROOT),
} as const;

/** A page with a part that is generated from the code. */
interface GeneratedPart {
  readonly page: URL;
  /** The name in the markers around it. */
  readonly what: string;
  blocks(): string[];
}

const PARTS: readonly GeneratedPart[] = [
  { page: PAGES.detectors, what: "detectors", blocks: detectorBlocks },
  { page: PAGES.config, what: "fields", blocks: fieldTables },
  { page: PAGES.code, what: "layers", blocks: () => [layerList()] },
  { page: PAGES.operations, what: "metrics", blocks: metricTables },
  {
    page: PAGES.operations,
    what: "OpenTelemetry names",
    blocks: openTelemetryNames,
  },
  { page: PAGES.accuracy, what: "peers", blocks: peerBlocks },
  {
    page: PAGES.bench,
    what: "figures",
    blocks: () => readmeBlocks(keptReport()),
  },
];

/** The pages that have generated parts, as they are and as they must be. */
export function generatedPages(): Promise<
  { page: URL; text: string; wanted: string }[]
> {
  const parts = [...Map.groupBy(PARTS, ({ page }) => page)];
  return Promise.all(parts.map(async ([page, parts]) => {
    const text = await Deno.readTextFile(page);
    const wanted = parts.reduce(
      (wanted, { what, blocks }) => between(wanted, what, blocks()),
      text,
    );
    return { page, text, wanted };
  }));
}

if (import.meta.main) {
  for (const { page, wanted } of await generatedPages()) {
    await Deno.writeTextFile(page, wanted);
  }
  if (await isCorpusPresent()) {
    const text = await Deno.readTextFile(PAGES.accuracy);
    await Deno.writeTextFile(PAGES.accuracy, await withAccuracy(text));
  }
}
