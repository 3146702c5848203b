import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { BlockList, isIPv4 } from "node:net";
import * as fc from "../../src/testing/fast_check.ts";
import { CidrSet, networkKey, parseCidr } from "../../src/address/cidr.ts";
import { ipBytes, ipText } from "../../src/address/ip_address.ts";

Deno.test("addresses become bytes and their canonical text again", () => {
  const cases: [string, string][] = [
    ["1.2.3.4", "1.2.3.4"],
    ["::ffff:1.2.3.4", "1.2.3.4"],
    ["0:0:0:0:0:FFFF:0102:0304", "1.2.3.4"],
    ["::", "::"],
    ["::1", "::1"],
    ["2001:DB8:0:0:1::7", "2001:db8::1:0:0:7"],
    ["fe80::1%eth0", "fe80::1"],
    ["64:ff9b::192.0.2.1", "64:ff9b::c000:201"],
  ];
  for (const [text, canonical] of cases) {
    assertEquals(ipText(ipBytes(text)!), canonical, text);
  }
  for (
    const text of ["", "1.2.3", "1.2.3.4.5", "[::1]", "example.com", "::g"]
  ) {
    assertEquals(ipBytes(text), null, text);
  }
});

Deno.test("a block is parsed, or the problem is named", () => {
  const good: [string, string][] = [
    ["10.0.0.0/8", "10.0.0.0/8"],
    ["192.0.2.7", "192.0.2.7/32"],
    ["2001:DB8::/32", "2001:db8::/32"],
    ["::1", "::1/128"],
    ["0.0.0.0/0", "0.0.0.0/0"],
    ["::/0", "::/0"],
  ];
  for (const [text, canonical] of good) {
    const parsed = parseCidr(text);
    assertEquals(parsed.ok && parsed.cidr.text, canonical);
  }
  const bad: [string, string, string?][] = [
    ["10.0.0.1/8", "it has bits set after the prefix", "10.0.0.0/8"],
    ["2001:db8::1/32", "it has bits set after the prefix", "2001:db8::/32"],
    ["10.0.0.0/33", "the prefix length 33 is larger than 32"],
    ["::/129", "the prefix length 129 is larger than 128"],
    ["10.0.0.0/", 'the prefix length "" is not a number'],
    ["10.0.0.0/-1", 'the prefix length "-1" is not a number'],
    ["10.0.0/8", '"10.0.0" is not an IP address'],
    ["fe80::1%eth0", '"fe80::1%eth0" is not an IP address'],
    ["lan", '"lan" is not an IP address'],
  ];
  for (const [text, problem, suggestion] of bad) {
    assertEquals(parseCidr(text), {
      ok: false,
      problem,
      ...(suggestion === undefined ? {} : { suggestion }),
    });
  }
});

Deno.test("an IPv4-mapped client is in the IPv4 blocks, and in no IPv6 block", () => {
  assertEquals(new CidrSet(["127.0.0.0/8"]).has("::ffff:127.0.0.1"), true);
  assertEquals(new CidrSet(["::/0"]).has("::ffff:127.0.0.1"), false);
  assertEquals(new CidrSet(["0.0.0.0/0", "::/0"]).has("not an address"), false);
  assertThrows(() => new CidrSet(["10.0.0.0/99"]), RangeError);
});

Deno.test("a set agrees with node's BlockList on random blocks and addresses", () => {
  // Few bits, so that blocks and addresses meet.
  const ipv4 = fc.array(fc.constantFrom(0, 1, 127, 128, 255), {
    minLength: 4,
    maxLength: 4,
  }).map((bytes) => bytes.join("."));
  const ipv6 = fc.array(fc.constantFrom("0", "1", "8000", "ffff"), {
    minLength: 8,
    maxLength: 8,
  }).filter((groups) => groups[5] !== "ffff").map((groups) => groups.join(":"));
  const address = fc.oneof(ipv4, ipv6);
  const block = fc.tuple(address, fc.nat(128));
  fc.assert(
    fc.property(fc.array(block, { maxLength: 5 }), address, (blocks, asked) => {
      const reference = new BlockList();
      const texts = blocks.map(([ip, bits]) => {
        const prefix = isIPv4(ip) ? bits % 33 : bits;
        const key = networkKey(ipBytes(ip)!, prefix);
        const network = ipText(
          Uint8Array.from(key, (char) => char.charCodeAt(0)),
        );
        reference.addSubnet(network, prefix, isIPv4(ip) ? "ipv4" : "ipv6");
        return `${network}/${prefix}`;
      });
      const want = reference.check(asked, isIPv4(asked) ? "ipv4" : "ipv6");
      assertStrictEquals(new CidrSet(texts).has(asked), want);
    }),
    { numRuns: 2_000 },
  );
});
