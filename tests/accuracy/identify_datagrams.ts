/** What the built-in detectors say of a flow of datagrams of a corpus. */
import { DATAGRAM_BUILTINS } from "../../src/detect/datagram_builtins.ts";
import type { Datagrams } from "../../src/detect/detector.ts";
import {
  type Candidate,
  type Identification,
  Identifier,
} from "../../src/detect/identify.ts";
import { type Case, segmentsOf } from "./corpus.ts";
import { type Detection, type Named, namedBy } from "./detection.ts";

/** All built-in detectors, with rules for all of their facts. */
export const DATAGRAM_CANDIDATES: readonly Candidate<Datagrams>[] =
  DATAGRAM_BUILTINS.map((detector) => ({
    detector,
    needs: new Set(Object.values(detector.rules).map(({ fact }) => fact)),
  }));

const NAMES = DATAGRAM_BUILTINS.map(({ name }) => name);

/** The detectors for datagrams. */
export const DATAGRAMS: Detection = {
  flows: "UDP flows",
  names: NAMES,
  name: nameDatagrams,
  outcomes: arrivals,
};

/** Names a flow whose datagrams come one by one, and that then ends. */
function nameDatagrams(flow: Case): Named {
  const identifier = new Identifier(DATAGRAM_CANDIDATES);
  return namedBy(run(identifier, segmentsOf(flow), 1), identifier, NAMES);
}

/** The outcomes of a flow that is shown datagram by datagram, and at once. */
export function arrivals(flow: Case): Identification[] {
  const datagrams = segmentsOf(flow);
  return [1, datagrams.length].map((first) =>
    run(new Identifier(DATAGRAM_CANDIDATES), datagrams, first)
  );
}

/** Shows so many datagrams, then one more each time, then that none follows. */
function run(
  identifier: Identifier<Datagrams>,
  datagrams: Datagrams,
  first: number,
): Identification {
  for (let count = first; count <= datagrams.length; count++) {
    const found = identifier.look(datagrams.slice(0, count), false);
    if (found.kind !== "undecided") return found;
  }
  return identifier.look(datagrams, true);
}
