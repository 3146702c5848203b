/**
 * Identification alone, of real connections: all built-in detectors over the
 * whole opening, one connection an iteration. Without the corpus there is
 * nothing to measure.
 */
import { BUILTINS } from "../../src/detect/builtins.ts";
import { type Candidate, Identifier } from "../../src/detect/identify.ts";
import {
  bytesOf,
  CORPUS,
  isCorpusPresent,
  readCorpus,
} from "../accuracy/corpus.ts";
import { detectorOf, isFair } from "../accuracy/labels.ts";

/** Every fact that rules may test, but for the fingerprints, which few do. */
const CANDIDATES: readonly Candidate[] = candidates((fact) =>
  !fact.startsWith("ja")
);

const flows = await isCorpusPresent() ? await readCorpus(CORPUS) : [];
const groups = Map.groupBy(
  flows.filter(isFair),
  (flow) => detectorOf(flow) ?? "none of them",
);

if (flows.length > 0) bench("all", CANDIDATES, flows.map(bytesOf));
for (const [name, members] of groups) {
  bench(name, CANDIDATES, members.map(bytesOf));
  if (name === "TLS") {
    bench("TLS with JA4 and JA3", candidates(() => true), members.map(bytesOf));
  }
}

/** Measures the identification of such openings, one after the other. */
function bench(
  name: string,
  detectors: readonly Candidate[],
  openings: readonly Uint8Array[],
): void {
  let next = 0;
  Deno.bench(`${name} (${openings.length})`, { group: "corpus" }, () => {
    const bytes = openings[next++ % openings.length]!;
    const identifier = new Identifier(detectors);
    const found = identifier.look(bytes, false);
    if (found.kind === "undecided") identifier.look(bytes, true);
  });
}

/** All detectors, with rules for such of their facts. */
function candidates(isNeeded: (fact: string) => boolean): Candidate[] {
  return BUILTINS.map((detector) => ({
    detector,
    needs: new Set(
      Object.values(detector.rules).map(({ fact }) => fact).filter(isNeeded),
    ),
  }));
}
