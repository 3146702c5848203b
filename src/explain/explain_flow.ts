/**
 * Why a connection goes where it goes.
 *
 * The decision is made by what makes it in the data plane, the `Identifier` and
 * the `Router`; here it is only looked into.
 *
 * @module
 */
import type { Verdict } from "../detect/detector.ts";
import {
  type Candidate,
  type Identification,
  Identifier,
} from "../detect/identify.ts";
import type { ExplainContext } from "./context.ts";
import { decidingByte } from "./deciding_byte.ts";
import { decideRoute } from "./decision.ts";
import { explainDatagrams } from "./explain_datagrams.ts";
import {
  type ExplainedVerdict,
  type Explanation,
  identified,
  unexplainedFlow,
} from "./explanation.ts";
import type { Flow } from "./flow.ts";

export type { ExplainedVerdict, Explanation } from "./explanation.ts";

/** What looking at the bytes of a connection came to. */
interface Look {
  readonly found: Identification;
  readonly verdicts: readonly (Verdict | undefined)[];
}

/** Explains one connection, or one flow of datagrams. */
export function explainFlow(flow: Flow, context: ExplainContext): Explanation {
  if (flow.transport === "udp") return explainDatagrams(flow, context);
  const unexplained = unexplainedFlow(flow);
  const { bytes } = unexplained;
  if (flow.transport !== "tcp") {
    const note =
      `transport "${flow.transport}": only tcp and udp are explained`;
    return { ...unexplained, notes: [...flow.notes, note] };
  }
  const { listener } = context;
  if (listener?.plan.transport === "udp") {
    const note = "the server is for UDP, and this is a TCP connection";
    return { ...unexplained, notes: [...flow.notes, note] };
  }
  if (bytes === 0) {
    const decision = listener && decideRoute(listener, null, flow);
    const notes = [...flow.notes, "the client sent nothing"];
    const protocol = decision?.protocol ?? null;
    return { ...unexplained, protocol, decision, notes };
  }
  const { found, verdicts } = explainVerdicts(flow, context);
  const { protocol, facts } = identified(found, context.candidates);
  const decision = listener && decideRoute(listener, found, flow);
  return {
    flow,
    bytes,
    protocol,
    facts,
    verdicts,
    decision,
    notes: [
      ...flow.notes,
      ...capNote(bytes, context),
      ...proxyNote(context),
      ...decision?.unknown ?? [],
    ],
  };
}

function capNote(bytes: number, { maxPeekBytes }: ExplainContext): string[] {
  return bytes > maxPeekBytes
    ? [`only the first ${maxPeekBytes} bytes are peeked at`]
    : [];
}

function proxyNote({ listener }: ExplainContext): string[] {
  return listener?.plan.acceptProxy === undefined
    ? []
    : ["PROXY headers are not explained, only the bytes behind them"];
}

/** Identifies a connection and says where each detector made up its mind. */
function explainVerdicts(
  flow: Flow,
  { candidates, maxPeekBytes }: ExplainContext,
): { found: Identification; verdicts: ExplainedVerdict[] } {
  const view = peekAt(flow, maxPeekBytes);
  const { found, verdicts } = look(flow, view, maxPeekBytes, candidates);
  const winner = found.kind === "identified" ? found.index : candidates.length;
  return {
    found,
    verdicts: candidates.map((candidate, index) => {
      const counts = index <= winner;
      // Those behind the winner are asked each for itself.
      const verdict = counts
        ? verdicts[index]!
        : look(flow, view, maxPeekBytes, [candidate]).verdicts[0]!;
      const offset = decidingByte(candidate, view, verdict);
      return {
        detector: candidate.detector.name,
        verdict,
        offset,
        byte: offset === null ? null : view[offset]!,
        counts,
      };
    }),
  };
}

/** The bytes that are peeked at. */
function peekAt({ segments }: Flow, maxPeekBytes: number): Uint8Array {
  const total = segments.reduce((sum, { length }) => sum + length, 0);
  const view = new Uint8Array(Math.min(total, maxPeekBytes));
  let at = 0;
  for (const segment of segments) {
    const part = segment.subarray(0, view.length - at);
    view.set(part, at);
    at += part.length;
  }
  return view;
}

/** Shows the bytes to candidates as the data plane does: as they came. */
function look(
  { segments }: Flow,
  view: Uint8Array,
  maxPeekBytes: number,
  candidates: readonly Candidate[],
): Look {
  const identifier = new Identifier(candidates);
  let length = 0;
  for (const segment of segments) {
    if (segment.length === 0) continue;
    length = Math.min(length + segment.length, view.length);
    const full = length === maxPeekBytes;
    const found = identifier.look(view.subarray(0, length), full);
    if (found.kind !== "undecided" || full) {
      return { found, verdicts: identifier.verdicts };
    }
  }
  const found = identifier.look(view, true);
  return { found, verdicts: identifier.verdicts };
}
