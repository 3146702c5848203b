/**
 * Taking the PROXY header off the front of a connection.
 *
 * @module
 */
import { CidrSet } from "../address/cidr.ts";
import type { AcceptProxyPlan } from "../config/plan.ts";
import type { CloseReason } from "../errors.ts";
import type { PeekEnd, PeekMoment } from "../net/peek.ts";
import {
  byteText,
  type ProxyHeader,
  V2_SIGNATURE,
} from "../net/proxy_protocol.ts";
import {
  MAX_PROXY_HEADER_BYTES,
  parseProxyHeader,
} from "../net/proxy_protocol_parse.ts";

/** From whom a listener takes PROXY headers. */
export interface AcceptProxy {
  readonly sources: CidrSet;
  /** Whether a connection without one is refused. */
  readonly required: boolean;
  /** Whether no byte behind the header is waited for. */
  readonly alone: boolean;
}

/** Why a connection is not served. */
export interface Refusal {
  readonly reason: CloseReason;
  /** What was found and expected, in words. */
  readonly error: string;
}

/** What was at the front of a connection. */
export interface Intake {
  /** `null`: the client's bytes start at once. */
  readonly header: ProxyHeader | null;
  /** Bytes of the header. */
  readonly length: number;
}

/** What {@linkcode takeHeader} needs to know. */
export interface IntakeOptions extends Pick<AcceptProxy, "required"> {
  /** Whether no byte behind the header is waited for. Default: `false`. */
  readonly alone?: boolean;
  /** Capacity of the buffer that is peeked into, in bytes. */
  readonly capacity: number;
}

/**
 * Makes a listener's part of the Plan ready to be asked.
 *
 * @param alone Whether the client's own bytes decide nothing.
 */
export function acceptProxy(
  plan: AcceptProxyPlan | undefined,
  alone: boolean,
): AcceptProxy | null {
  if (plan === undefined) return null;
  return { sources: new CidrSet(plan.from), required: plan.required, alone };
}

/**
 * Looks for the header of a connection from a listed source, and for a second
 * one behind it: whoever sends that is not to be taken for its client, and the
 * target would take it for ours.
 *
 * @param view All bytes so far.
 * @param moment Why no more will come; `silence`: none has come for a while.
 * @returns `null`: to be asked again with more bytes, or later; not when no more
 * will come.
 */
export function takeHeader(
  view: Uint8Array,
  moment: PeekMoment | null,
  { required, alone = false, capacity }: IntakeOptions,
): Intake | Refusal | null {
  const maxBytes = Math.min(
    MAX_PROXY_HEADER_BYTES,
    // So that a full buffer shows whether a second header follows.
    capacity - V2_SIGNATURE.length,
  );
  const found = parseProxyHeader(view, maxBytes);
  switch (found.kind) {
    case "bad":
      return bad(`Bad PROXY header at ${found.why}`);
    case "absent":
      return required
        ? missing(`${byteText(view[found.offset]!)} at offset ${found.offset}`)
        : NO_HEADER;
    case "more":
      if (moment === null) return null;
      if (moment === "silence") {
        // A header that must come may come late.
        return view.length === 0 && !required ? NO_HEADER : null;
      }
      return atTheEnd(view, moment, found.signed, required);
    case "header": {
      const behind = parseProxyHeader(view.subarray(found.length), maxBytes);
      if (behind.kind === "absent") return found;
      if (behind.kind === "more" && !behind.signed) {
        const nothing = view.length === found.length;
        if (nothing && (alone || moment === "silence")) return found;
        return moment === null || moment === "silence" ? null : found;
      }
      return bad(
        `A second PROXY header at offset ${found.length}: expected the client's bytes`,
      );
    }
  }
}

const NO_HEADER: Intake = Object.freeze({ header: null, length: 0 });

const END_TEXTS: Readonly<Record<PeekEnd, string>> = {
  eof: "the end of the stream",
  deadline: "no further bytes within the detection timeout",
  full: "no more room",
};

/** No more bytes come, and these are no whole header. */
function atTheEnd(
  view: Uint8Array,
  end: PeekEnd,
  signed: boolean,
  required: boolean,
): Intake | Refusal {
  const found = `${view.length} bytes and then ${END_TEXTS[end]}`;
  if (signed) return bad(`The PROXY header is incomplete: found ${found}`);
  // Who connects and leaves again does no harm.
  if (!required || (view.length === 0 && end === "eof")) return NO_HEADER;
  return missing(found);
}

function bad(error: string): Refusal {
  return { reason: "bad_proxy_header", error };
}

function missing(found: string): Refusal {
  return {
    reason: "proxy_header_missing",
    error: `No PROXY header: found ${found}, expected one of version 1 or 2`,
  };
}
