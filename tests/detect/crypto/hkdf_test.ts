import { assertEquals } from "@std/assert";
import { createHmac } from "node:crypto";
import {
  expandLabel,
  hkdfLabel,
  HmacKey,
} from "../../../src/detect/crypto/hkdf.ts";
import { noise } from "../../support/tcp.ts";
import { hex } from "../../support/wire.ts";

Deno.test("HmacKey signs as node:crypto does, keys and messages of every length", () => {
  for (let length = 0; length <= 55; length++) {
    const key = noise(length, length + 1);
    const message = noise(length, length + 2);
    const expected = createHmac("sha256", key).update(message).digest();
    assertEquals([...new HmacKey(key).sign(message)], [...expected]);
  }
});

// RFC 9001 appendix A.1.
Deno.test("expandLabel() gives the secrets of the sample in RFC 9001", () => {
  const salt = new HmacKey(hex("38762cf7f55934b34d179ae6a4c80cadccbb7f0a"));
  const initial = salt.sign(hex("8394c8f03e515708"));
  assertEquals(
    initial,
    hex("7db5df06e7a69e432496adedb00851923595221596ae2ae9fb8115c1e9ed0a44"),
  );
  const label = hkdfLabel("client in", 32);
  assertEquals(label, hex("00200f746c73313320636c69656e7420696e0001"));
  assertEquals(
    expandLabel(new HmacKey(initial), label),
    hex("c00cf151ca5be075ed0ebfb5c80323c42d6b7db67881289af4008f1f6c357aea"),
  );
});
