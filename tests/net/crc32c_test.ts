import { assertEquals } from "@std/assert";
import { crc32c } from "../../src/net/crc32c.ts";
import { bytesOf } from "../support/tcp.ts";

Deno.test("crc32c() gives the check values of RFC 3720 appendix B.4", () => {
  const rising = Uint8Array.from({ length: 32 }, (_, i) => i);
  const values: [Uint8Array, number][] = [
    [new Uint8Array(32), 0x8a9136aa],
    [new Uint8Array(32).fill(0xff), 0x62a8ab43],
    [rising, 0x46dd794e],
    [rising.toReversed(), 0x113fdb5c],
    [bytesOf("123456789"), 0xe3069283],
    [new Uint8Array(), 0],
  ];
  for (const [bytes, sum] of values) assertEquals(crc32c(bytes), sum);
});
