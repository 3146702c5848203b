/**
 * HPACK, the header compression of HTTP/2 (RFC 7541): the reading half, for the
 * first header block of a connection.
 *
 * @module
 */
import { latin1 } from "./byte_reader.ts";
import { decodeHuffman } from "./hpack_huffman.ts";
import { type Field, STATIC_TABLE } from "./hpack_static_table.ts";

/** Largest dynamic table: the default, which no server could raise so early. */
const MAX_TABLE_BYTES = 4096;
/** What a field counts in a table beside its text (RFC 7541 §4.1). */
const FIELD_OVERHEAD_BYTES = 32;
/**
 * Most text that a block may stand for. An indexed field of one byte can repeat
 * 4 KiB, so without a bound a small block makes a large result.
 */
export const MAX_TEXT_BYTES = 65536;
const MAX_INTEGER = 0xfff_ffff;

/**
 * Decodes a header block that starts with an empty dynamic table.
 *
 * @returns The fields in their order, or `null` when the block is broken or
 * stands for more than {@linkcode MAX_TEXT_BYTES}.
 */
export function decodeHpack(block: Uint8Array): Field[] | null {
  const decoder = new Decoder(block);
  const fields: Field[] = [];
  let text = 0;
  while (decoder.left > 0) {
    const field = decoder.next(fields.length === 0);
    if (field === null) return null;
    if (field === TABLE_RESIZED) continue;
    text += field.name.length + field.value.length;
    if (text > MAX_TEXT_BYTES) return null;
    fields.push(field);
  }
  return fields;
}

const TABLE_RESIZED: Field = { name: "", value: "" };

class Decoder {
  readonly #block: Uint8Array;
  #at = 0;
  /** Oldest first. */
  readonly #table: Field[] = [];
  #tableBytes = 0;
  #tableLimit = MAX_TABLE_BYTES;

  constructor(block: Uint8Array) {
    this.#block = block;
  }

  get left(): number {
    return this.#block.length - this.#at;
  }

  /** Reads one representation (RFC 7541 §6); `null`: it is broken. */
  next(mayResize: boolean): Field | null {
    const byte = this.#block[this.#at]!;
    if (byte >= 0x80) return this.#indexed(this.#integer(7));
    if (byte >= 0x40) return this.#remember(this.#literal(6));
    if (byte >= 0x20) return mayResize ? this.#resize(this.#integer(5)) : null;
    return this.#literal(4);
  }

  #indexed(index: number): Field | null {
    if (index <= 0) return null;
    const dynamic = index - STATIC_TABLE.length;
    return (dynamic <= 0
      ? STATIC_TABLE[index - 1]
      : this.#table[this.#table.length - dynamic]) ?? null;
  }

  #literal(prefixBits: number): Field | null {
    const index = this.#integer(prefixBits);
    const name = index === 0 ? this.#string() : this.#indexed(index)?.name;
    const value = this.#string();
    return typeof name === "string" && value !== null ? { name, value } : null;
  }

  #remember(field: Field | null): Field | null {
    if (field === null) return null;
    this.#tableBytes += sizeOf(field);
    this.#table.push(field);
    this.#evict();
    return field;
  }

  #resize(limit: number): Field | null {
    if (limit < 0 || limit > MAX_TABLE_BYTES) return null;
    this.#tableLimit = limit;
    this.#evict();
    return TABLE_RESIZED;
  }

  #evict(): void {
    while (this.#tableBytes > this.#tableLimit) {
      this.#tableBytes -= sizeOf(this.#table.shift()!);
    }
  }

  /** Reads an integer (RFC 7541 §5.1); -1: it is cut short or too large. */
  #integer(prefixBits: number): number {
    const mask = (1 << prefixBits) - 1;
    let value = (this.#block[this.#at++] ?? 0) & mask;
    if (value < mask) return value;
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = this.#block[this.#at++];
      if (byte === undefined) return -1;
      value += (byte & 0x7f) << shift;
      if (byte < 0x80) return value <= MAX_INTEGER ? value : -1;
    }
    return -1;
  }

  /** Reads a string (RFC 7541 §5.2); `null`: it is broken. */
  #string(): string | null {
    if (this.left <= 0) return null;
    const huffman = this.#block[this.#at]! >= 0x80;
    const length = this.#integer(7);
    if (length < 0 || length > this.left) return null;
    const bytes = this.#block.subarray(this.#at, this.#at += length);
    const plain = huffman ? decodeHuffman(bytes) : bytes;
    return plain === null ? null : latin1(plain);
  }
}

/** What a field counts in a table. */
function sizeOf(field: Field): number {
  return field.name.length + field.value.length + FIELD_OVERHEAD_BYTES;
}
