/**
 * LEB128: numbers of seven bits a byte, the lowest first, in which a set top bit
 * says that more follow: Minecraft's VarInt, MQTT's Variable Byte Integer
 * (MQTT 5, section 1.5.5).
 *
 * @module
 */

/**
 * The place behind a number.
 *
 * @param maxBytes How many bytes a number has at most.
 * @returns Past the view's end: it is not all there. -1: it has too many bytes.
 */
export function leb128End(
  view: Uint8Array,
  from: number,
  maxBytes: number,
): number {
  for (let at = from; at < from + maxBytes; at++) {
    if (at >= view.length) return view.length + 1;
    if (view[at]! < 0x80) return at + 1;
  }
  return -1;
}

/** The value of a number; of at most seven bytes, so that it is exact. */
export function leb128Value(
  view: Uint8Array,
  start: number,
  end: number,
): number {
  let value = 0;
  for (let at = end - 1; at >= start; at--) {
    value = value * 128 + (view[at]! & 0x7f);
  }
  return value;
}
