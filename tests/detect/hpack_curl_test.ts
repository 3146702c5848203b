/** The Huffman code against the encoder of nghttp2, through curl. */
import { assert, assertEquals } from "@std/assert";
import { latin1 } from "../../src/detect/byte_reader.ts";
import { decodeHpack } from "../../src/detect/hpack.ts";
import { readFirstHeaders } from "../../src/detect/protocols/http2_frames.ts";
import { programTest, run } from "../support/programs.ts";
import { PREFACE } from "../support/http2_frames.ts";
import { wire } from "../support/wire.ts";

/** Bytes that may be in a field, but for white space at its ends. */
const BYTES = Array.from({ length: 256 }, (_, byte) => byte)
  .filter((byte) => byte === 9 || (byte >= 0x20 && byte !== 0x7f));
/** Zeros have the shortest code, so that Huffman pays for any byte in them. */
const ZEROS = "0".repeat(20);

programTest(
  ["curl"],
  "decodeHpack() reads every byte that curl writes in Huffman codes",
  async () => {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const sent = curl(listener.addr.port);
    const block = await readFieldBlock(await listener.accept());
    await sent;
    const fields = new Map(
      decodeHpack(block)?.map(({ name, value }) => [name, value]),
    );
    for (const byte of BYTES) {
      const value = ZEROS + String.fromCharCode(byte) + "0";
      assertEquals(fields.get(`x-${byte}`), value);
    }
    // Otherwise the strings were not in Huffman codes at all.
    assert(!latin1(block).includes(ZEROS));
  },
);

/** Has curl send a field for each byte. Its arguments could not hold them all. */
async function curl(port: number): Promise<void> {
  const config = BYTES.map((byte) =>
    wire(`header = "x-${byte}: ${ZEROS}`, escaped(byte), '0"\n')
  );
  await run("curl", [
    "--silent",
    "--http2-prior-knowledge",
    "--config",
    "-",
  ], { stdin: wire(`url = "http://127.0.0.1:${port}/"\n`, ...config) });
}

function escaped(byte: number): Uint8Array {
  const quoted = byte === 0x22 || byte === 0x5c;
  return quoted ? wire("\\", byte) : wire(byte);
}

/** Reads up to the end of the first HEADERS, then hangs up. */
async function readFieldBlock(conn: Deno.Conn): Promise<Uint8Array> {
  using _ = conn;
  const buffer = new Uint8Array(65536);
  for (let length = 0;;) {
    const count = await conn.read(buffer.subarray(length));
    assert(count !== null, "curl has left");
    length += count;
    const view = buffer.subarray(0, length);
    const block = readFirstHeaders(view, PREFACE.length);
    if (block instanceof Uint8Array) return block;
    assertEquals(typeof block, "number");
  }
}
