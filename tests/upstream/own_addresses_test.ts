import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { parseAddress } from "../../src/config/address.ts";
import { forbiddenBy } from "../../src/upstream/own_addresses.ts";

function forbidden(...listeners: readonly string[]) {
  return forbiddenBy(listeners.map((text) => {
    const parsed = parseAddress(text, "listen");
    assert(parsed.ok);
    return { address: parsed.address };
  }));
}

Deno.test("own addresses: a listener is no target, on whatever loopback address it is reached", () => {
  const why = 'it is the listener ":443": the connection would loop';
  const everywhere = forbidden(":443");
  for (const host of ["127.0.0.1", "127.9.9.9", "::1", "localhost"]) {
    assertEquals(everywhere(host, 443), why, host);
    assertEquals(everywhere(host, 444), null, host);
  }
  assertEquals(everywhere("10.0.0.1", 443), null);
  const one = forbidden("127.0.0.1:443");
  assertEquals(one("127.0.0.2", 443), null);
  assertNotEquals(one("127.0.0.1", 443), null);
});

Deno.test("own addresses: what means every address of this machine is no target", () => {
  const check = forbidden("127.0.0.1:443");
  for (const host of ["0.0.0.0", "::"]) {
    assertEquals(check(host, 80), "it is not an address of a target");
  }
});
