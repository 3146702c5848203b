/** What the peers are asked: the flows of a corpus, whole and cut. */
import { bytesOf, type Case, segmentsOf } from "../corpus.ts";
import { isFair } from "../labels.ts";
import {
  helloRecord,
  inTwoRecords,
  inTwoSegments,
  requestHead,
} from "./cuts.ts";

/** How an opening is sent. */
export type Way =
  | "captured"
  | "hello"
  | "hello in two segments"
  | "hello in two records"
  | "head"
  | "head in two segments";

/** One connection to make. */
export interface Question {
  readonly flow: Case;
  readonly way: Way;
  readonly segments: readonly Uint8Array[];
}

/** All that is asked of a peer about a flow. */
export function questionsOf(flow: Case): Question[] {
  const ask = (way: Way, segments: readonly Uint8Array[]) => ({
    flow,
    way,
    segments,
  });
  const questions = [ask("captured", opening(flow))];
  if (!isFair(flow)) return questions;
  const bytes = bytesOf(flow);
  const { protocol } = flow.expect;
  const hello = protocol === "TLS" ? helloRecord(bytes) : null;
  if (hello !== null) {
    questions.push(
      ask("hello", [hello]),
      ask("hello in two segments", inTwoSegments(hello)),
      ask("hello in two records", inTwoRecords(hello)),
    );
  }
  const head = protocol === "HTTP1" ? requestHead(bytes) : null;
  if (head !== null) {
    questions.push(
      ask("head", [head]),
      ask("head in two segments", inTwoSegments(head)),
    );
  }
  return questions;
}

/**
 * What the client sent until the server answered: no more is there when a
 * multiplexer must decide. Where the server spoke first, one segment.
 */
function opening(flow: Case): Uint8Array[] {
  const { server_after: after } = flow;
  return segmentsOf(flow).slice(0, after === null ? undefined : after || 1);
}
