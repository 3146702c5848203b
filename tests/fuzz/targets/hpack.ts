/**
 * HPACK: the decoder beside nghttp2's.
 *
 * @module
 */
import { decodeHpack, MAX_TEXT_BYTES } from "../../../src/detect/hpack.ts";
import type { Field } from "../../../src/detect/hpack_static_table.ts";
import { literals, request } from "../../support/http2_frames.ts";
import { hex, wire } from "../../support/wire.ts";
import { joined } from "../input.ts";
import type { Nghttp2, Pair } from "../oracles/nghttp2.ts";
import { SAME } from "../compared.ts";
import { checkLinear, stretched } from "../stretch.ts";
import { bucket, type FuzzTarget, type Path, Violation } from "../target.ts";

const LONGEST = 65536;

/** RFC 7541 appendix C, and blocks with tables, sizes and long integers. */
const SEEDS = [
  "400a637573746f6d2d6b65790d637573746f6d2d686561646572",
  "040c2f73616d706c652f70617468",
  "100870617373776f726406736563726574",
  "828684410f7777772e6578616d706c652e636f6d",
  "828684be58086e6f2d6361636865",
  "828785bf400a637573746f6d2d6b65790c637573746f6d2d76616c7565",
  "828684418cf1e3c2e5f23a6ba0ab90f4ff",
  "828785bf408825a849e95ba97d7f8925a849e95bb8e8b4bf",
  "203fe11f828684",
  "3fe11f4003616161016240036161620163bebfbe",
  "0f3701610001610162",
].map(hex).concat(literals(request("a.test")));
const TOKENS = [
  ..."82 86 84 41 40 00 0f 10 1f 20 3f 3fe11f 3fe21f 7f 80 be bf c0 ff ff8001"
    .split(" "),
  ..."ff80808008 8c 8cf1e3c2e5f23a6ba0ab90f4ff 81ff 84ffffffff 8180 7f00 ffff7f"
    .split(" "),
].map(hex).concat(wire("custom-key"), wire(3, "www"));

/** The decoder of HPACK; `other`: nghttp2, where it is there. */
export function hpackTarget(other: Nghttp2 | null): FuzzTarget {
  const explained = new Map<string, number>();
  return {
    name: "hpack",
    seeds: SEEDS.map((bytes) => [bytes]),
    tokens: TOKENS,
    maxBytes: 400,
    maxParts: 1,
    weight: 3,
    explained,
    run(input, path) {
      const block = joined(input);
      const fields = decodeHpack(block);
      describe(fields, block, path);
      if (other === null) return;
      checkSame(fields, other.decode(block), block);
      explained.set(SAME, (explained.get(SAME) ?? 0) + 1);
    },
    stretch(input) {
      const long = stretched(joined(input), LONGEST);
      checkLinear(
        "HPACK: time grows faster than the block",
        LONGEST,
        (length) => {
          decodeHpack(long.subarray(0, length));
        },
      );
    },
    close() {
      other?.close();
      return Promise.resolve();
    },
  };
}

function describe(
  fields: readonly Field[] | null,
  block: Uint8Array,
  path: Path,
): void {
  if (fields === null) {
    return path.add(1, bucket(block.length) >> 2, block[0] ?? 0);
  }
  let text = 0;
  for (const { name, value } of fields) text += name.length + value.length;
  path.add(2, bucket(fields.length), bucket(text));
  for (let at = 0; at < block.length; at++) path.add(3, block[at]!, at & 1);
  if (text > MAX_TEXT_BYTES) {
    throw new Violation("HPACK: text without a bound", `${text} bytes`);
  }
}

/**
 * Checks that both read the same, or both refuse.
 *
 * @throws {Violation}
 */
function checkSame(
  ours: readonly Field[] | null,
  theirs: readonly Pair[] | null,
  block: Uint8Array,
): void {
  if (ours === null && theirs === null) return;
  if (ours === null || theirs === null) {
    throw new Violation(
      ours === null
        ? "HPACK: only nghttp2 takes it"
        : "HPACK: nghttp2 refuses it",
      `${block.toHex()}: ${JSON.stringify(ours ?? theirs).slice(0, 400)}`,
    );
  }
  const same = ours.length === theirs.length &&
    ours.every(({ name, value }, i) =>
      name === theirs[i]![0] && value === theirs[i]![1]
    );
  if (same) return;
  throw new Violation(
    "HPACK: nghttp2 reads other fields",
    JSON.stringify([ours, theirs]).slice(0, 600),
  );
}
