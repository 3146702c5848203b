/**
 * Looking for a PROXY header at the start of a connection.
 *
 * Pure and total. What is said of some bytes stays true of more: an answer other
 * than `more` does not change with what follows, and does not depend on how the
 * bytes were cut.
 *
 * @module
 */
import {
  type ProxyHeaderLook,
  V1_SIGNATURE,
  V2_SIGNATURE,
} from "./proxy_protocol.ts";
import { parseV1 } from "./proxy_protocol_v1.ts";
import { parseV2 } from "./proxy_protocol_v2.ts";

/**
 * Longest header that is taken, in bytes: what nginx takes, and enough for a
 * client certificate among the TLVs. The specification's own bound is 65551.
 */
export const MAX_PROXY_HEADER_BYTES = 4096;

/**
 * Looks for a header of either version.
 *
 * @param view All bytes so far.
 * @param maxBytes Longest header that is taken, in bytes; at least 107.
 */
export function parseProxyHeader(
  view: Uint8Array,
  maxBytes = MAX_PROXY_HEADER_BYTES,
): ProxyHeaderLook {
  const v1 = matching(view, V1_SIGNATURE);
  if (v1 === V1_SIGNATURE.length) return parseV1(view);
  const v2 = matching(view, V2_SIGNATURE);
  if (v2 === V2_SIGNATURE.length) return parseV2(view, maxBytes);
  const offset = Math.max(v1, v2);
  return offset === view.length
    ? { kind: "more", signed: false }
    : { kind: "absent", offset };
}

/** How many bytes of a signature the view starts with. */
function matching(view: Uint8Array, signature: readonly number[]): number {
  const differs = signature.findIndex((byte, at) => byte !== view[at]);
  return differs < 0 ? signature.length : differs;
}
