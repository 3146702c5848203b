import { assertEquals } from "@std/assert";
import { headerOfAll, openCheck } from "../../src/upstream/check_opening.ts";
import { parseProxyHeader } from "../../src/net/proxy_protocol_parse.ts";
import { concat, textOf } from "../support/tcp.ts";

/** What a target gets that takes a few bytes at a time. */
async function opened(version: "v1" | "v2" | undefined): Promise<Uint8Array> {
  const got: Uint8Array[] = [];
  await openCheck({
    write(bytes) {
      got.push(bytes.slice(0, 5));
      return Promise.resolve(got.at(-1)!.length);
    },
  }, version);
  return concat(got);
}

Deno.test("openCheck() sends the header that names no client", async () => {
  assertEquals(textOf(await opened("v1")), "PROXY UNKNOWN\r\n");
  const v2 = await opened("v2");
  const LOCAL = 0x20;
  assertEquals(v2[12], LOCAL);
  const look = parseProxyHeader(v2);
  assertEquals(look.kind === "header" && look.header.ends, null);
  assertEquals(look.kind === "header" && look.length, v2.length);
  assertEquals((await opened(undefined)).length, 0);
});

Deno.test("openCheck() does not mind a target that is gone", async () => {
  await openCheck({ write: () => Promise.reject(new Error("gone")) }, "v1");
});

Deno.test("headerOfAll() is that of the first route, none where one sends none", () => {
  assertEquals(headerOfAll([{ sendProxy: "v2" }, { sendProxy: "v1" }]), "v2");
  assertEquals(headerOfAll([{ sendProxy: "v2" }, {}]), undefined);
  assertEquals(headerOfAll([{}]), undefined);
});
