import { assertEquals } from "@std/assert";
import { createCipheriv } from "node:crypto";
import { Aes128Gcm } from "../../../src/detect/crypto/aes128_gcm.ts";
import { hex } from "../../support/wire.ts";
import { noise } from "../../support/tcp.ts";

Deno.test("Aes128Gcm seals and opens as node:crypto does, at every length", () => {
  for (let length = 0; length < 300; length++) {
    const key = noise(16, length + 1);
    const nonce = noise(12, length + 2);
    const header = noise(length % 41, length + 3);
    const body = noise(length, length + 4);
    const cipher = createCipheriv("aes-128-gcm", key, nonce).setAAD(header);
    const expected = [...cipher.update(body), ...cipher.final()];
    const gcm = new Aes128Gcm(key);
    const sealed = gcm.seal({ nonce, header, body });
    assertEquals([...sealed], [...expected, ...cipher.getAuthTag()]);
    assertEquals(gcm.open({ nonce, header, body: sealed }), body);
  }
});

// NIST's gcmEncryptExtIV128: test case 4 of the GCM specification, appendix B.
Deno.test("Aes128Gcm agrees with the sample of the specification", () => {
  const gcm = new Aes128Gcm(hex("feffe9928665731c6d6a8f9467308308"));
  const sealed = gcm.seal({
    nonce: hex("cafebabefacedbaddecaf888"),
    header: hex("feedfacedeadbeeffeedfacedeadbeefabaddad2"),
    body: hex(
      "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72" +
        "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
    ),
  });
  const tag = sealed.subarray(sealed.length - 16);
  assertEquals(tag, hex("5bc94fbc3221a5db94fae95ae7121a47"));
});

Deno.test("Aes128Gcm opens nothing that differs in a bit", () => {
  const gcm = new Aes128Gcm(noise(16, 1));
  const [nonce, header, body] = [noise(12, 2), noise(7, 3), noise(33, 4)];
  const sealed = gcm.seal({ nonce, header, body });
  for (let bit = 0; bit < sealed.length * 8; bit++) {
    const altered = sealed.slice();
    altered[bit >> 3]! ^= 1 << (bit & 7);
    assertEquals(gcm.open({ nonce, header, body: altered }), null);
  }
  const otherHeader = noise(7, 5);
  assertEquals(gcm.open({ nonce, header: otherHeader, body: sealed }), null);
  const short = sealed.subarray(0, 15);
  assertEquals(gcm.open({ nonce, header, body: short }), null);
});
