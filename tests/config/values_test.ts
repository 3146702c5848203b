import { assert, assertEquals } from "@std/assert";
import * as fc from "../../src/testing/fast_check.ts";
import {
  formatHostPort,
  overlaps,
  parseAddress,
  reaches,
} from "../../src/config/address.ts";
import {
  formatDuration,
  formatSize,
  parseDuration,
  parseSize,
} from "../../src/config/units.ts";
import { checkVersion } from "../../src/config/version.ts";

function address(text: string, use: "listen" | "target" = "listen") {
  const parsed = parseAddress(text, use);
  assert(parsed.ok, text);
  return parsed.address;
}

Deno.test("parseAddress() takes every documented form", () => {
  const forms: [string, string, number][] = [
    [":443", "", 443],
    ["1.2.3.4:443", "1.2.3.4", 443],
    ["[::1]:443", "::1", 443],
    ["[::]:0", "::", 0],
    ["localhost:80", "localhost", 80],
    ["a-b.example_c.com.:65535", "a-b.example_c.com.", 65535],
  ];
  for (const [text, hostname, port] of forms) {
    assertEquals(address(text), { text, hostname, port });
  }
});

Deno.test("parseAddress() and formatHostPort() are inverse", () => {
  fc.assert(fc.property(
    fc.oneof(fc.ipV4(), fc.ipV6(), fc.domain()),
    fc.integer({ min: 1, max: 65535 }),
    (host, port) => {
      const { hostname, port: found } = address(
        formatHostPort(host, port),
        "target",
      );
      assertEquals([hostname, found], [host, port]);
    },
  ));
});

Deno.test("parseAddress() never throws", () => {
  fc.assert(fc.property(fc.string(), (text) => {
    parseAddress(text, "listen");
    parseAddress(text, "target");
  }));
});

Deno.test("overlaps() knows which listeners cannot both bind", () => {
  const pairs: [string, string, boolean][] = [
    [":443", "127.0.0.1:443", true],
    [":443", "[::1]:443", true],
    ["[::]:443", "0.0.0.0:443", true],
    ["0.0.0.0:443", "[::1]:443", false],
    ["0.0.0.0:443", "10.0.0.1:443", true],
    ["127.0.0.1:443", "127.0.0.2:443", false],
    ["127.0.0.1:443", "127.0.0.1:444", false],
    ["127.0.0.1:0", "127.0.0.1:0", false],
    ["LocalHost:1", "localhost:1", true],
  ];
  for (const [a, b, expected] of pairs) {
    assertEquals(overlaps(address(a), address(b)), expected, `${a} ${b}`);
    assertEquals(overlaps(address(b), address(a)), expected, `${b} ${a}`);
  }
});

Deno.test("reaches() knows which targets are the listener", () => {
  const pairs: [string, string, boolean][] = [
    ["127.0.0.1:443", ":443", true],
    ["localhost.:443", "0.0.0.0:443", true],
    ["[::1]:443", "[::]:443", true],
    ["[0:0::1]:443", "[::1]:443", true],
    ["[::1]:443", "0.0.0.0:443", false],
    ["127.0.0.2:443", "127.0.0.1:443", false],
    ["example.com:443", ":443", false],
    ["Example.com:443", "example.com:443", true],
    ["127.0.0.1:444", ":443", false],
    // IPv4 in IPv6, all of loopback, and no address in particular.
    ["[::ffff:127.0.0.1]:443", "127.0.0.1:443", true],
    ["[::ffff:7f00:1]:443", ":443", true],
    ["127.0.0.2:443", ":443", true],
    ["127.0.0.2:443", "0.0.0.0:443", true],
    ["0.0.0.0:443", "127.0.0.1:443", true],
    ["0.0.0.0:443", ":443", true],
    ["[::]:443", "[::1]:443", true],
    ["[::]:443", "127.0.0.1:443", false],
    ["[::1]:443", "[::ffff:127.0.0.1]:443", false],
  ];
  for (const [to, at, expected] of pairs) {
    assertEquals(
      reaches(address(to, "target"), address(at)),
      expected,
      `${to} ${at}`,
    );
  }
});

Deno.test("durations and sizes", () => {
  const durations: [string, number | null][] = [
    ["750ms", 750],
    ["5s", 5_000],
    ["1.5s", 1_500],
    ["2m", 120_000],
    ["1h", 3_600_000],
    ["0s", 0],
    ["5", null],
    ["5 s", null],
    ["-5s", null],
    ["1e3s", null],
    ["999999999h", null],
  ];
  for (const [text, ms] of durations) assertEquals(parseDuration(text), ms);
  assertEquals(
    [90_000, 3_600_000, 1_500, 0].map(formatDuration),
    ["90s", "1h", "1500ms", "0ms"],
  );
  const sizes: [string, number | null][] = [
    ["512B", 512],
    ["16KiB", 16_384],
    ["1MiB", 1_048_576],
    ["16KB", null],
    ["16", null],
  ];
  for (const [text, bytes] of sizes) assertEquals(parseSize(text), bytes);
  assertEquals([512, 65_536, 1_048_576].map(formatSize), [
    "512B",
    "64KiB",
    "1MiB",
  ]);
});

Deno.test("versions: only v0.2.0 before 1.0.0, then by major, minor and patch", () => {
  const versions: [string, string | null][] = [
    ["v0.2.0", null],
    ["v1.0.0", null],
    ["v0.2.1", "error"],
    ["v0.1.9", "error"],
    ["v1.0.1", "note"],
    ["v1.1.0", "warning"],
    ["v2.0.0", "error"],
    ["1.0.0", "error"],
    ["v1.0.0-rc1", "error"],
    ["", "error"],
  ];
  for (const [text, severity] of versions) {
    assertEquals(checkVersion(text)?.severity ?? null, severity, text);
  }
});
