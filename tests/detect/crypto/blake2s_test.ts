import { assertEquals } from "@std/assert";
import { createHash } from "node:crypto";
import { blake2s } from "../../../src/detect/crypto/blake2s.ts";
import { noise } from "../../support/tcp.ts";
import { hex } from "../../support/wire.ts";

Deno.test("blake2s() agrees with node:crypto at every length", () => {
  for (let length = 0; length < 300; length++) {
    const message = noise(length, length + 1);
    const expected = createHash("blake2s256").update(message).digest();
    assertEquals([...blake2s(message)], [...expected]);
  }
});

// The known answers of the BLAKE2 reference (blake2s, key 00 01 .. 1f), and of
// Python's hashlib for a MAC of 16 bytes.
Deno.test("blake2s() with a key gives the known answers", () => {
  const key = Uint8Array.from({ length: 32 }, (_, i) => i);
  const upTo = (length: number) => Uint8Array.from({ length }, (_, i) => i);
  assertEquals(
    blake2s(upTo(0), { key }),
    hex("48a8997da407876b3d79c0d92325ad3b89cbb754d86ab71aee047ad345fd2c49"),
  );
  assertEquals(
    blake2s(upTo(255), { key }),
    hex("3fb735061abc519dfe979e54c1ee5bfad0a9d858b3315bad34bde999efd724dd"),
  );
  assertEquals(
    blake2s(upTo(116), { key, length: 16 }),
    hex("072e94ffbfc684bd8ab2a1b9dade2fd5"),
  );
  assertEquals(
    blake2s(upTo(64), { key: key.subarray(0, 5), length: 20 }),
    hex("b95da5009b8a7131f4dee77490b0719018ee5459"),
  );
});
