import { be } from "./wire.ts";

/** A number in little-endian order. */
export function le(value: number, bytes: number): Uint8Array {
  return be(value, bytes).reverse();
}
