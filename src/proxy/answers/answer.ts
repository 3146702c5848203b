/**
 * What a client is told that a rule rejects.
 *
 * @module
 */
import type { RejectWith } from "../../config/plan.ts";
import type { Facts, Verdict } from "../../detect/detector.ts";
import type { Candidate } from "../../detect/identify.ts";
import { firstHeadersStream } from "../../detect/protocols/http2_frames.ts";
import { http2Error, http2Response } from "./http2_response.ts";
import { httpResponse } from "./http_response.ts";
import { DECODE_ERROR, tlsAlert, UNRECOGNIZED_NAME } from "./tls_alert.ts";

/** Length of HTTP/2's connection preface, which its frames follow. */
const PREFACE_BYTES = 24;
/** What a request that cannot be read is answered (RFC 9112 §3, RFC 9110). */
const BAD_REQUEST = 400;

/** What is known of a client. */
export interface Seen {
  /** The protocol that was detected; `null`: none. */
  readonly protocol: string | null;
  /** What its detector learnt. */
  readonly facts: Facts;
  /** The detectors, and what each said in the end. */
  readonly candidates: readonly Candidate[];
  readonly verdicts: readonly (Verdict | undefined)[];
  /** The bytes so far. */
  readonly view: Uint8Array;
  /** The time in milliseconds since the epoch. */
  readonly nowMs: number;
}

/** An answer, and what it is called. */
export interface Answer {
  /** `tls_alert`, `http_status 421`, ... */
  readonly text: string;
  readonly bytes: Uint8Array;
}

/** How well a client speaks a protocol. */
type Speech = "well" | "badly" | "not";

/** The answer for a client; `null`: none that it would understand. */
export function answerTo(
  how: Exclude<RejectWith, { readonly kind: "drop" | "refused" }>,
  seen: Seen,
): Answer | null {
  return how.kind === "tls_alert"
    ? alertTo(seen)
    : http1Answer(how.status, seen) ?? http2Answer(how.status, seen);
}

function alertTo(seen: Seen): Answer | null {
  const speech = speechOf("TLS", seen);
  if (speech === "not") return null;
  const description = speech === "badly" ? DECODE_ERROR : UNRECOGNIZED_NAME;
  return {
    text: "tls_alert",
    bytes: tlsAlert(description, seen.facts.version),
  };
}

function http1Answer(wanted: number, seen: Seen): Answer | null {
  const speech = speechOf("HTTP", seen);
  if (speech === "not") return null;
  const { facts: { method }, nowMs } = seen;
  const status = speech === "badly" ? BAD_REQUEST : wanted;
  return {
    text: `http_status ${status}`,
    bytes: httpResponse(status, { method, nowMs }),
  };
}

function http2Answer(status: number, seen: Seen): Answer | null {
  switch (speechOf("HTTP2", seen)) {
    case "not":
      return null;
    case "badly":
      return {
        text: "goaway",
        bytes: http2Error(),
      };
    case "well": {
      const stream = firstHeadersStream(seen.view, PREFACE_BYTES);
      const bytes = http2Response(status, stream, seen.nowMs);
      return { text: `http_status ${status}`, bytes };
    }
  }
}

function speechOf(name: string, seen: Seen): Speech {
  if (seen.protocol !== null) return seen.protocol === name ? "well" : "not";
  const index = seen.candidates.findIndex(({ detector }) =>
    detector.name === name
  );
  return seen.verdicts[index]?.kind === "malformed" ? "badly" : "not";
}
