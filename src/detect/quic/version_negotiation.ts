/**
 * The Version Negotiation packet, by which a server names its versions (RFC 9000
 * §6, §17.2.1).
 *
 * @module
 */
import type { LongHeader } from "./header.ts";

/** Long header form, and the bit that other protocols are told apart by. */
const FIRST_BYTE = 0xc0;

/**
 * The answer to a packet of a version that is not served.
 *
 * It is given to datagrams of 1200 bytes or more alone, and never to one of
 * version 0, which is such an answer itself: the caller sees to both.
 *
 * @param client The header of the client's packet.
 * @param versions The versions that are served, as numbers.
 */
export function versionNegotiation(
  { dcid, scid }: Pick<LongHeader, "dcid" | "scid">,
  versions: readonly number[],
): Uint8Array {
  const length = 7 + dcid.length + scid.length + 4 * versions.length;
  const packet = new Uint8Array(length);
  const view = new DataView(packet.buffer);
  packet[0] = FIRST_BYTE;
  // The ids change places, by which the client knows its own answer.
  packet[5] = scid.length;
  packet.set(scid, 6);
  const dcidAt = 7 + scid.length;
  packet[dcidAt - 1] = dcid.length;
  packet.set(dcid, dcidAt);
  const versionsAt = dcidAt + dcid.length;
  versions.forEach((version, i) => view.setUint32(versionsAt + 4 * i, version));
  return packet;
}
