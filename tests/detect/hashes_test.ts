import { assertStrictEquals } from "@std/assert";
import { createHash } from "node:crypto";
import { md5Hex } from "../../src/detect/md5.ts";
import { sha256Hex } from "../../src/detect/sha256.ts";
import { noise } from "../support/tcp.ts";

Deno.test("sha256Hex() and md5Hex() agree with node:crypto at every length", () => {
  for (let length = 0; length < 300; length++) {
    const message = noise(length, length + 1);
    const expected = (name: string) =>
      createHash(name).update(message).digest("hex");
    assertStrictEquals(sha256Hex(message), expected("sha256"));
    assertStrictEquals(md5Hex(message), expected("md5"));
  }
});
