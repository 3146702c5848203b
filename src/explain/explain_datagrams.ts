/**
 * What a flow of datagrams is, and why.
 *
 * It is identified and routed by what does so in the data plane, the `Identifier`
 * and the `Router`; a server of a config that is for TCP has no route for it.
 *
 * @module
 */
import type { Datagrams, Verdict } from "../detect/detector.ts";
import {
  type Candidate,
  type Identification,
  Identifier,
  MAX_HELD_BYTES,
  MAX_HELD_DATAGRAMS,
} from "../detect/identify.ts";
import { QuicOpening } from "../detect/quic/opening.ts";
import type { ExplainContext } from "./context.ts";
import { decideRoute } from "./decision.ts";
import {
  type ExplainedDatagram,
  type ExplainedVerdict,
  type Explanation,
  type HelloPiece,
  identified,
  unexplainedFlow,
} from "./explanation.ts";
import type { Flow } from "./flow.ts";

/** What looking at the datagrams of a flow came to. */
interface Look {
  readonly found: Identification;
  readonly verdicts: readonly (Verdict | undefined)[];
}

/** Explains one flow of datagrams. */
export function explainDatagrams(
  flow: Flow,
  { datagramCandidates, listener }: ExplainContext,
): Explanation {
  const unexplained = unexplainedFlow(flow);
  const held = heldOf(flow.segments);
  if (held.length === 0) {
    const notes = [...flow.notes, "the client sent nothing"];
    return { ...unexplained, datagrams: [], notes };
  }
  const { found, verdicts } = look(held, datagramCandidates);
  const decision = listener?.plan.transport === "udp"
    ? decideRoute(listener, found, flow)
    : null;
  const winner = found.kind === "identified"
    ? found.index
    : datagramCandidates.length;
  return {
    ...unexplained,
    datagrams: explainedDatagrams(flow.segments),
    ...identified(found, datagramCandidates),
    decision,
    verdicts: datagramCandidates.map((candidate, index) => {
      const counts = index <= winner;
      // Those behind the winner are asked each for itself.
      const verdict = counts
        ? verdicts[index]!
        : look(held, [candidate]).verdicts[0]!;
      return explainedVerdict(candidate, held, { verdict, counts });
    }),
    notes: [
      ...flow.notes,
      ...(held.length < flow.segments.length
        ? [`only the first ${held.length} datagrams are looked at`]
        : []),
      ...(listener === null || decision !== null
        ? []
        : ["the server is for TCP: this is only identified"]),
      ...decision?.unknown ?? [],
    ],
  };
}

/** The datagrams that are held until a flow is identified. */
function heldOf(datagrams: Datagrams): Datagrams {
  let bytes = 0;
  let count = 0;
  while (count < datagrams.length && !isFull(count, bytes)) {
    bytes += datagrams[count++]!.length;
  }
  return datagrams.slice(0, count);
}

function isFull(count: number, bytes: number): boolean {
  return count >= MAX_HELD_DATAGRAMS || bytes >= MAX_HELD_BYTES;
}

/** Shows the datagrams to candidates as they came, then that none follows. */
function look(
  datagrams: Datagrams,
  candidates: readonly Candidate<Datagrams>[],
): Look {
  const identifier = new Identifier<Datagrams>(candidates);
  let found: Identification = { kind: "unidentified" };
  for (let count = 1; count <= datagrams.length; count++) {
    found = identifier.look(datagrams.slice(0, count), false);
    if (found.kind !== "undecided") break;
  }
  if (found.kind === "undecided") found = identifier.look(datagrams, true);
  return { found, verdicts: identifier.verdicts };
}

function explainedVerdict(
  candidate: Candidate<Datagrams>,
  datagrams: Datagrams,
  said: Pick<ExplainedVerdict, "verdict" | "counts">,
): ExplainedVerdict {
  return {
    detector: candidate.detector.name,
    ...said,
    offset: null,
    byte: null,
    datagram: decidingDatagram(candidate, datagrams, said.verdict),
  };
}

/** The first datagram with which a detector says what it said in the end. */
function decidingDatagram(
  { detector, needs }: Candidate<Datagrams>,
  datagrams: Datagrams,
  verdict: Verdict,
): number | null {
  if (verdict.kind === "more") return null;
  const wanted = JSON.stringify(verdict);
  for (let count = 1; count <= datagrams.length; count++) {
    const state = { ended: false, needs };
    const said = detector.detect(datagrams.slice(0, count), state);
    if (JSON.stringify(said) === wanted) return count - 1;
  }
  return null;
}

/** Lengths of datagrams, and which pieces of QUIC's hello are in each. */
function explainedDatagrams(datagrams: Datagrams): ExplainedDatagram[] {
  let pieces: HelloPiece[] = [];
  const opening = new QuicOpening(({ offset, bytes }) =>
    pieces.push({ offset, length: bytes.length })
  );
  return datagrams.map((datagram) => {
    pieces = [];
    opening.add(datagram);
    return { bytes: datagram.length, pieces };
  });
}
