import { assertEquals } from "@std/assert";
import {
  type CryptoPiece,
  readInitialFrames,
} from "../../../src/detect/quic/frames.ts";
import { crypto } from "../../support/quic_packets.ts";
import { hex, wire } from "../../support/wire.ts";

/** Ranges of an ACK: largest 5, delay 0, two ranges behind the first. */
const ACK = hex("02 05 00 02 00  00 00 00 00");

function read(...frames: readonly Uint8Array[]) {
  const pieces: CryptoPiece[] = [];
  const why = readInitialFrames(wire(...frames), (piece) => {
    pieces.push(piece);
    return null;
  });
  return { why, pieces };
}

Deno.test("readInitialFrames() passes over all that an Initial may hold", () => {
  const { why, pieces } = read(
    hex("00 00 01"),
    ACK,
    crypto(70, wire(1, 2)),
    wire(3, ACK.subarray(1), hex("01 02 4003")),
    hex("1c 4130 06 03 616263"),
    crypto(0, wire()),
    crypto(16383, wire(3)),
    hex("00 00 00"),
  );
  assertEquals(why, null);
  assertEquals(pieces, [
    { offset: 70, bytes: wire(1, 2) },
    { offset: 0, bytes: wire() },
    { offset: 16383, bytes: wire(3) },
  ]);
});

Deno.test("readInitialFrames() refuses what an Initial may not hold", () => {
  const problems: Record<string, string> = {
    "": "an Initial contains no frame",
    "08 00": "an Initial contains a frame of type 0x8",
    "1d 00 00": "an Initial contains a frame of type 0x1d",
    "4100": "an Initial contains a frame of type 0x100",
    "06 00 05 01": "a frame of an Initial is cut short",
    "06 00": "a frame of an Initial is cut short",
    "c0": "a frame of an Initial is cut short",
    "02 05 00 ffffffffffffffff 00": "a frame of an Initial is cut short",
    "1c 00 00 7fff": "a frame of an Initial is cut short",
  };
  for (const [frames, why] of Object.entries(problems)) {
    assertEquals(read(hex(frames)).why, why, frames);
  }
});

Deno.test("readInitialFrames() ends where a piece is refused", () => {
  const frames = wire(crypto(0, wire(1)), hex("08"));
  assertEquals(readInitialFrames(frames, () => "refused"), "refused");
});
