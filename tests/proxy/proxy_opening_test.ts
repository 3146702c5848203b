import { assert, assertEquals } from "@std/assert";
import { parseProxyHeader } from "../../src/net/proxy_protocol_parse.ts";
import { proxyOpening } from "../../src/proxy/proxy_opening.ts";

Deno.test("proxyOpening(): no header is longer than the next passthru takes, whatever came", () => {
  const end = { hostname: "2001:db8::1", port: 1 };
  const parts = { facts: { sni: "a.test" }, uniqueId: "x-1" };
  const sizeOf = (length: number) => {
    const header = proxyOpening("v2", {
      ...parts,
      ends: { source: end, destination: end },
      received: [{ type: 0xe0, value: new Uint8Array(length) }],
    });
    const look = parseProxyHeader(header);
    assert(look.kind === "header");
    return [header.length, look.header.tlvs.map(({ type }) => type)];
  };
  const room = 4096 - 16 - 36 - 3;
  assertEquals(sizeOf(room - 7 - 9 - 6), [4096, [3, 0xe0, 2, 5]]);
  assertEquals(sizeOf(room - 7 - 9 - 5), [4096 - 14, [3, 0xe0]]);
  assertEquals(sizeOf(room - 7), [4096, [3, 0xe0]]);
  assertEquals(sizeOf(room - 6), [4090, [0xe0]]);
  assertEquals(sizeOf(room), [4096, [0xe0]]);
  // Of a header without addresses it may be more than there is room for.
  assertEquals(sizeOf(room + 1), [16 + 36 + 7, [3]]);
});
