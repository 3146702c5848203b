import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { ipBytes } from "../../../src/address/ip_address.ts";
import { clientKey } from "../../../src/proxy/limits/client_key.ts";

const KEY = [1, 2] as const;

function keyOf(address: string, listener = 0, hashKey = KEY) {
  return clientKey(ipBytes(address)!, listener, hashKey);
}

Deno.test("clientKey(): an IPv6 /64 is one client", () => {
  const one = keyOf("2001:db8:1:2::1");
  assertEquals(keyOf("2001:db8:1:2:ffff:ffff:ffff:ffff"), one);
  assertEquals(keyOf("2001:db8:1:2::1%eth0"), one);
  assertNotEquals(keyOf("2001:db8:1:3::1"), one);
  assertNotEquals(keyOf("2001:db9:1:2::1"), one);
});

Deno.test("clientKey(): an IPv4 address is one client, mapped into IPv6 or not", () => {
  const one = keyOf("192.0.2.1");
  assertEquals(keyOf("::ffff:192.0.2.1"), one);
  assertNotEquals(keyOf("192.0.2.2"), one);
  // The /64 that begins with the same four bytes.
  assertNotEquals(keyOf("c000:201::"), one);
});

Deno.test("clientKey(): each listener counts for itself, and each process hashes its own way", () => {
  const one = keyOf("192.0.2.1");
  assertNotEquals(keyOf("192.0.2.1", 1), one);
  assertNotEquals(keyOf("192.0.2.1", 0, [1, 3] as never), one);
});

Deno.test("clientKey(): a network's addresses spread over the sets", () => {
  const sets = new Set<number>();
  for (let i = 0; i < 4_096; i++) {
    sets.add(keyOf(`10.0.${i >> 8}.${i & 255}`).set & 4_095);
  }
  // Of as many balls as bins, 1 - 1/e of the bins get one.
  assert(Math.abs(sets.size / 4_096 - 0.632) < 0.04, `${sets.size}`);
});
