/**
 * What an explanation of a connection or a flow says.
 *
 * @module
 */
import type { Facts, Verdict } from "../detect/detector.ts";
import type { Identification } from "../detect/identify.ts";
import type { Decision } from "./decision.ts";
import type { Flow } from "./flow.ts";

/** What a detector said about a connection. */
export interface ExplainedVerdict {
  readonly detector: string;
  /** `more`: it could not tell until the end, which counts as `no`. */
  readonly verdict: Verdict;
  /** Offset of the byte that decided; `null`: only the end did, or a datagram. */
  readonly offset: number | null;
  /** That byte; `null` as the offset. */
  readonly byte: number | null;
  /**
   * Of a flow of datagrams: place of the datagram that decided, from 0; `null`:
   * only the end did.
   */
  readonly datagram?: number | null;
  /**
   * Whether the data plane cares. It does not ask the detectors behind the one
   * that matches; the verdict is what they would say.
   */
  readonly counts: boolean;
}

/** A datagram of a client. */
export interface ExplainedDatagram {
  /** Its length. */
  readonly bytes: number;
  /** The pieces of QUIC's ClientHello in it, in their order. */
  readonly pieces: readonly HelloPiece[];
}

/** A piece of a hello. */
export interface HelloPiece {
  /** Its place in the hello. */
  readonly offset: number;
  readonly length: number;
}

/** Why a connection goes where it goes. */
export interface Explanation {
  readonly flow: Flow;
  /** Bytes of the client that are known. */
  readonly bytes: number;
  /** The datagrams in order of arrival; absent for TCP. */
  readonly datagrams?: readonly ExplainedDatagram[];
  /** The detector that matched, `SILENT`, or `null`. */
  readonly protocol: string | null;
  readonly facts: Facts;
  /** Of every detector, in the order in which they are asked. */
  readonly verdicts: readonly ExplainedVerdict[];
  /** The route; `null` without a config, or without a server for the flow. */
  readonly decision: Decision | null;
  /** What is odd about it, for people. */
  readonly notes: readonly string[];
}

const NO_FACTS: Facts = Object.freeze({});

/** What is known of a flow before anything is asked. */
export function unexplainedFlow(flow: Flow): Omit<Explanation, "notes"> {
  return {
    flow,
    bytes: flow.segments.reduce((sum, { length }) => sum + length, 0),
    protocol: null,
    facts: NO_FACTS,
    verdicts: [],
    decision: null,
  };
}

/** The protocol and the facts of an identification. */
export function identified(
  found: Identification,
  candidates: readonly { readonly detector: { readonly name: string } }[],
): Pick<Explanation, "protocol" | "facts"> {
  return found.kind === "identified"
    ? {
      protocol: candidates[found.index]!.detector.name,
      facts: found.facts,
    }
    : { protocol: null, facts: NO_FACTS };
}
