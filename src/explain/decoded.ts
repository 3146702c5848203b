/**
 * The outcome of decoding a part of a packet.
 *
 * @module
 */

/** A part of a packet, or why it is passed over, for people: `IP fragments`. */
export type Decoded<T> =
  | { readonly kind: "ok"; readonly value: T }
  | { readonly kind: "skipped"; readonly what: string };

/** What was found in a packet. */
export function found<T>(value: T): Decoded<T> {
  return { kind: "ok", value };
}

/** Why a packet is passed over. */
export function skipped(what: string): { kind: "skipped"; what: string } {
  return { kind: "skipped", what };
}

/** What a packet with half a header is called. */
export const TOO_SHORT = "packets with an incomplete header";
