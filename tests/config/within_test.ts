import { assert, assertEquals } from "@std/assert";
import { parseWithin, Within } from "../../src/config/within.ts";

Deno.test("within: an entry becomes the scope of the same meaning", () => {
  const cases: [string, string][] = [
    ["*.Service.Consul.", "*.service.consul"],
    ["app.example:80", "app.example:80"],
    ["10.0.0.0/8", "10.0.0.0/8"],
    ["127.0.0.0/8:8080", "127.0.0.0/8:8080"],
    ["10.0.0.5", "10.0.0.5"],
    ["10.0.0.5/32:1", "10.0.0.5:1"],
    ["[::1]", "[::1]"],
    ["[2001:DB8:0::1]:443", "[2001:db8::1]:443"],
  ];
  for (const [text, scope] of cases) {
    const parsed = parseWithin(text);
    assert(parsed.ok, text);
    assertEquals(parsed.entry.scope, scope);
    // What is in the Plan reads the same again.
    assertEquals(parseWithin(scope), parsed);
  }
});

Deno.test("within: what is no entry is said to be none", () => {
  const cases: [string, string, string?][] = [
    ["", "it is empty"],
    ["a b", "it contains white space", "ab"],
    ["*", 'a lone "*" would allow every name'],
    ["a.*.b", '"*" can only be the first label'],
    ["*.1", '"*.1" is neither a host name nor a block of IPv4 addresses'],
    ["*.0x7f", '"*.0x7f" is neither a host name nor a block of IPv4 addresses'],
    ["10.0.0.0/33", "the prefix length 33 is larger than 32"],
    [
      "10.0.0.1/8:80",
      "it has bits set after the prefix",
      "10.0.0.0/8:80",
    ],
    ["::1", "an IPv6 address needs brackets", "[::1]"],
    ["[::ffff:10.0.0.1]:80", "it is an IPv4 address", "10.0.0.1:80"],
    [
      "[fd00::]/8",
      "Deno has no permissions for blocks of IPv6 addresses, only for single addresses",
    ],
    [
      "[fd00::/8]",
      "Deno has no permissions for blocks of IPv6 addresses, only for single addresses",
    ],
    ["a.example:0", "the port 0 cannot be dialled"],
    ["a.example:65536", '"65536" is not a port'],
    ["a.example:", '"" is not a port'],
  ];
  for (const [text, problem, suggestion] of cases) {
    assertEquals(parseWithin(text), {
      ok: false,
      problem,
      ...suggestion === undefined ? {} : { suggestion },
    });
  }
});

Deno.test("within: a wildcard holds every depth, and not the bare domain", () => {
  const within = new Within(["*.service.consul", "one.example:443"]);
  assert(within.hasName("a.service.consul", 1));
  assert(within.hasName("a.b.service.consul", 65535));
  assert(!within.hasName("service.consul", 1));
  assert(!within.hasName(".service.consul", 1));
  assert(!within.hasName("evilservice.consul", 1));
  assert(!within.hasName("a.service.consul.evil.example", 1));
  assert(within.hasName("one.example", 443));
  assert(!within.hasName("one.example", 80));
  assert(!within.hasName("x.one.example", 443));
});

Deno.test("within: addresses are compared as numbers, names never as addresses", () => {
  const within = new Within(["10.0.0.0/8", "127.0.0.0/8:8080", "[::1]"]);
  assert(within.hasAddress("10.255.0.1", 1));
  assert(within.hasAddress("::ffff:10.0.0.1", 1));
  assert(!within.hasAddress("11.0.0.1", 1));
  assert(within.hasAddress("127.9.9.9", 8080));
  assert(!within.hasAddress("127.9.9.9", 8081));
  assert(within.hasAddress("0:0:0:0:0:0:0:1", 1));
  assert(!within.hasAddress("::2", 1));
  assert(!within.hasName("10.0.0.1", 1));
  assertEquals([within.mayHold(4), within.mayHold(6)], [true, true]);
  const names = new Within(["*.example"]);
  assertEquals([names.mayHold(4), names.mayHold(6)], [false, false]);
});
