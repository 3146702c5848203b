/**
 * nghttp2's decoder of HPACK, by its C interface.
 *
 * @module
 */

import { latin1 } from "../../../src/detect/byte_reader.ts";

/** A field as bytes, each a character. */
export type Pair = readonly [name: string, value: string];

const LIBRARY = "libnghttp2.so.14";
/** Bits of what the decoder says after each step. */
const FINAL = 1;
const EMIT = 2;
/** Size of a field in its memory: two pointers, two lengths, flags. */
const FIELD_BYTES = 40;

const SYMBOLS = {
  nghttp2_hd_inflate_new: { parameters: ["buffer"], result: "i32" },
  nghttp2_hd_inflate_del: { parameters: ["pointer"], result: "void" },
  nghttp2_hd_inflate_hd2: {
    parameters: ["pointer", "buffer", "buffer", "buffer", "usize", "i32"],
    result: "isize",
  },
} as const;

/** The library, once it is opened. */
export class Nghttp2 {
  readonly #library: Deno.DynamicLibrary<typeof SYMBOLS>;
  readonly #field = new Uint8Array(FIELD_BYTES);
  readonly #flags = new Int32Array(1);

  private constructor(library: Deno.DynamicLibrary<typeof SYMBOLS>) {
    this.#library = library;
  }

  /** Opens the library; `null`: it is not there. */
  static open(): Nghttp2 | null {
    try {
      return new Nghttp2(Deno.dlopen(LIBRARY, SYMBOLS));
    } catch {
      return null;
    }
  }

  /** Decodes a whole block with a new table; `null`: it is refused. */
  decode(block: Uint8Array): Pair[] | null {
    const { symbols } = this.#library;
    const place = new BigUint64Array(1);
    symbols.nghttp2_hd_inflate_new(place);
    const inflater = Deno.UnsafePointer.create(place[0]!);
    try {
      return this.#inflate(inflater, block);
    } finally {
      symbols.nghttp2_hd_inflate_del(inflater);
    }
  }

  #inflate(inflater: Deno.PointerValue, block: Uint8Array): Pair[] | null {
    const { symbols } = this.#library;
    const pairs: Pair[] = [];
    for (let at = 0;;) {
      const rest = block.slice(at);
      this.#flags[0] = 0;
      const used = Number(symbols.nghttp2_hd_inflate_hd2(
        inflater,
        this.#field,
        this.#flags,
        rest,
        BigInt(rest.length),
        1,
      ));
      if (used < 0) return null;
      at += used;
      const flags = this.#flags[0]!;
      if ((flags & EMIT) !== 0) pairs.push(this.#pair());
      if ((flags & FINAL) !== 0) return pairs;
      if ((flags & EMIT) === 0 && used === 0) return null;
    }
  }

  #pair(): Pair {
    const view = new DataView(this.#field.buffer);
    const text = (at: number) => {
      const pointer = Deno.UnsafePointer.create(view.getBigUint64(at, true));
      const length = Number(view.getBigUint64(at + 16, true));
      if (pointer === null || length === 0) return "";
      const memory = Deno.UnsafePointerView.getArrayBuffer(pointer, length);
      return latin1(new Uint8Array(memory));
    };
    return [text(0), text(8)];
  }

  /** Closes the library. */
  close(): void {
    this.#library.close();
  }
}
