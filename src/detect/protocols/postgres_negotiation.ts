/**
 * How a PostgreSQL client comes to its TLS ClientHello.
 *
 * Wire (PostgreSQL manual, "SSL Session Encryption", "GSSAPI Session
 * Encryption"): after SSLRequest the client waits for one byte, `S`, and sends
 * its ClientHello; after GSSENCRequest, which comes first, for `N`, and goes on
 * with SSLRequest or a message in plain. Both replies are ours to give:
 *
 * - `S` promises TLS, so the target must say it too.
 * - `N` promises nothing: a server that has not heard GSSENCRequest takes what
 *   follows just as well. It is not asked, as it would say `G`: one that is
 *   built with GSSAPI always does, whether it has a key or not
 *   (ProcessStartupPacket of backend_startup.c).
 *
 * What was sent behind a request without waiting is never trusted
 * (CVE-2021-23214): only the ClientHello counts behind SSLRequest. From what was
 * right only if a server had replied otherwise nothing is learnt: a message in
 * plain behind SSLRequest, a GSSAPI token behind GSSENCRequest. Both begin with a
 * NUL, the high byte of a length.
 *
 * @module
 */
import type { DetectState, Reply, Verdict } from "../detector.ts";
import { malformed, match, more } from "../detector.ts";
import { tls } from "./tls.ts";

const REQUEST_BYTES = 8;
const GSSENC = 0x30;
const YES = Uint8Array.of(0x53);
const NO_GSSENC = Uint8Array.of(0x4e);

const WITHOUT_NAME = match({ tls: true });

/** Whether rules test what only the ClientHello says: it costs a reply. */
export function wantsHello({ needs }: DetectState): boolean {
  return needs !== undefined && (needs.has("sni") || needs.has("alpn"));
}

/**
 * Says what follows a request for encryption. At the end, a request that
 * nothing follows is a match without a name; a part of a ClientHello is not.
 *
 * @param view Starts with SSLRequest or GSSENCRequest.
 * @param detectMessage Says what a message in plain is.
 */
export function detectNegotiation(
  view: Uint8Array,
  state: DetectState,
  detectMessage: (view: Uint8Array, state: DetectState) => Verdict,
): Verdict {
  if (!isGssenc(view)) return detectHello(view, REQUEST_BYTES, state);
  const rest = view.subarray(REQUEST_BYTES);
  if (rest.length === 0) {
    return state.ended ? WITHOUT_NAME : askAfter(view, {
      bytes: NO_GSSENC,
      after: 0,
      request: "GSSENCRequest",
    });
  }
  const verdict = detectMessage(rest, state);
  switch (verdict.kind) {
    case "no":
      return rest[0] === 0
        ? WITHOUT_NAME
        : malformed("no PostgreSQL message follows GSSENCRequest");
    case "more":
      return more(REQUEST_BYTES + verdict.atLeast);
    case "malformed":
      return verdict;
  }
  if (verdict.facts["tls"] !== true) return verdict;
  return isGssenc(rest)
    ? malformed("GSSENCRequest is repeated")
    : detectHello(view, 2 * REQUEST_BYTES, state);
}

/** Says what follows SSLRequest, at a place. */
function detectHello(
  view: Uint8Array,
  start: number,
  state: DetectState,
): Verdict {
  const hello = view.subarray(start);
  if (hello.length === 0) {
    return state.ended ? WITHOUT_NAME : askAfter(view, {
      bytes: YES,
      after: start - REQUEST_BYTES,
      request: "SSLRequest",
      promise: "TLS",
    });
  }
  if (hello[0] === 0) return WITHOUT_NAME;
  const { ended, needs } = state;
  const verdict = tls.detect(hello, { ended, ...(needs ? { needs } : {}) });
  switch (verdict.kind) {
    case "no":
      return malformed("no ClientHello follows SSLRequest");
    case "more":
      return more(start + verdict.atLeast);
    case "malformed":
      return verdict;
    case "match":
      return match({ tls: true, ...verdict.facts });
  }
}

function askAfter(view: Uint8Array, reply: Reply): Verdict {
  return more(view.length + 1, reply);
}

function isGssenc(view: Uint8Array): boolean {
  return view[REQUEST_BYTES - 1] === GSSENC;
}
