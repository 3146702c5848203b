/** Pieces of wire formats for tests: bytes put together by hand. */

/** Bytes behind one another; a string gives a byte a character, at most 0xff. */
export function wire(
  ...parts: readonly (number | string | ArrayLike<number>)[]
): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => {
    if (typeof part === "number") return [part];
    if (typeof part === "string") return Array.from(part, toByte);
    return Array.from(part);
  }));
}

/** Bytes written as hex digits; white space between them counts for nothing. */
export function hex(text: string): Uint8Array {
  return Uint8Array.fromHex(text.replaceAll(/\s/g, ""));
}

/** A number in big-endian order. */
export function be(value: number, bytes: number): Uint8Array {
  return Uint8Array.from(
    { length: bytes },
    (_, i) => Math.floor(value / 2 ** (8 * (bytes - 1 - i))) & 0xff,
  );
}

/** Bytes with their length before them. */
export function vector(lengthBytes: number, body: Uint8Array): Uint8Array {
  return wire(be(body.length, lengthBytes), body);
}

function toByte(character: string): number {
  const byte = character.charCodeAt(0);
  if (byte > 0xff) throw new RangeError(`Not a byte: "${character}"`);
  return byte;
}
