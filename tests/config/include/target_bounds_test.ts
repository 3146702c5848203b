import { assertEquals, assertMatch } from "@std/assert";
import { loadFiles, saidOf } from "../../support/included.ts";

/** What is said of an action in a file that may name these targets. */
function said(to: readonly string[], action: unknown, top = ""): string[] {
  const main = `{ "version": "v1.0.0", ${top} "include": [{ "files": "f",
    "within": { "listeners": [":443"], "to": ${JSON.stringify(to)} } }],
    "servers": { ":443": {} } }`;
  const f = JSON.stringify({
    servers: { ":443": { TLS: { "SNI *.apps.example.com": action } } },
  });
  return saidOf(loadFiles(main, [{ f }]));
}

function isAllowed(to: readonly string[], target: string): boolean {
  const lines = said(to, target);
  const refused = lines.some((line) =>
    line.includes(`Target ${JSON.stringify(target)} is not allowed`)
  );
  assertEquals(lines.length, refused ? 1 : 0, lines.join("\n"));
  return !refused;
}

Deno.test("target bounds: blocks, names, sockets, each with or without a port", () => {
  const table: [to: string, inside: string[], outside: string[]][] = [
    ["10.88.0.0/16", ["10.88.0.0:1", "10.88.255.255:65535"], [
      "10.89.0.0:1",
      "10.87.255.255:1",
      "app.internal:1",
      "[::1]:1",
      "[fd00::1]:1",
      "localhost:1",
      // A resolver might read an address here, so no block has it.
      "0x0a580001:1",
    ]],
    ["10.88.0.0/16:80", ["10.88.0.1:80"], ["10.88.0.1:81"]],
    ["10.88.0.7", ["10.88.0.7:5"], ["10.88.0.8:5"]],
    ["10.88.0.7:5", ["10.88.0.7:5"], ["10.88.0.7:6"]],
    // One address has two spellings.
    ["10.0.0.0/8", ["[::ffff:10.0.0.1]:5"], ["[::ffff:11.0.0.1]:5"]],
    ["fd00::/8", ["[fd00::1]:1", "[fdff::]:9"], ["[fe80::1]:1", "10.0.0.1:1"]],
    ["[fd00::/8]:80", ["[fd00::1]:80"], ["[fd00::1]:81"]],
    ["[fd00::/8]", ["[fd00::1]:80"], ["[fe00::1]:80"]],
    ["[::1]", ["[::1]:80", "[0:0::1]:81"], ["[::2]:80"]],
    ["[::1]:80", ["[::1]:80"], ["[::1]:81"]],
    ["app.internal", ["app.internal:1", "APP.internal.:2"], [
      "x.app.internal:1",
      "xapp.internal:1",
    ]],
    ["app.internal:80", ["app.internal:80"], ["app.internal:81"]],
    ["*.app.internal", ["a.app.internal:1", "a.b.app.internal:1"], [
      "app.internal:1",
      "a.app.internal.evil.org:1",
    ]],
    ["unix:/run/app.sock", ["unix:/run/app.sock"], ["unix:/run/other.sock"]],
  ];
  for (const [to, inside, outside] of table) {
    for (const target of inside) {
      assertEquals(isAllowed([to], target), true, `${to}: ${target}`);
    }
    for (const target of outside) {
      assertEquals(isAllowed([to], target), false, `${to}: ${target}`);
    }
  }
});

Deno.test("target bounds: each target of a list is tested, at its place", () => {
  const action = {
    action: "FORWARD",
    to_addr: ["10.0.0.1:1", { addr: "11.0.0.1:1", backup: true }, "12.0.0.1:1"],
  };
  assertEquals(said(["10.0.0.0/8"], action), [
    'f:1:105: Target "11.0.0.1:1" is not allowed in this file [main.jsonc:2:46: these targets are allowed]',
    'f:1:133: Target "12.0.0.1:1" is not allowed in this file [main.jsonc:2:46: these targets are allowed]',
  ]);
});

Deno.test("target bounds: of a srv: target all that its answers may be is inside", () => {
  const srv = (...within: string[]) => ({
    action: "FORWARD",
    to_addr: "srv:_https._tcp.app.service.consul",
    within,
  });
  const to = ["10.0.0.0/8", "*.service.consul:443", "[fd00::/8]:80"];
  assertEquals(said(to, srv("10.1.0.0/16", "10.0.0.0/8:443")), []);
  assertEquals(said(to, srv("a.service.consul:443")), []);
  assertEquals(said(to, srv("*.b.service.consul:443")), []);
  assertEquals(said(to, srv("[fd00::1]:80")), []);
  for (
    const outside of [
      "0.0.0.0/0",
      "11.0.0.1",
      "*.service.consul",
      "*.consul:443",
      "service.consul:443",
      "[fd00::1]",
    ]
  ) {
    const lines = said(to, srv("10.1.0.0/16", outside));
    assertEquals(lines.length, 1, outside);
  }
});

Deno.test("target bounds: where the client names the target, the wildcard is inside", () => {
  const dynamic = { action: "FORWARD", to_addr: "{sni}:443" };
  assertEquals(said(["*.apps.example.com:443"], dynamic), []);
  assertEquals(said(["*.example.com"], dynamic), []);
  for (
    const to of [
      "*.apps.example.com:80",
      "*.x.apps.example.com",
      "0.0.0.0/0",
      "apps.example.com",
    ]
  ) assertEquals(said([to], dynamic).length, 1, to);
  assertEquals(
    said(["*.example.com"], { ...dynamic, allow_private: true }),
    [
      'f:1:95: Field "allow_private" is not allowed in this file: DNS could name any host of this network [main.jsonc:2:15: the bounds are here]',
    ],
  );
});

Deno.test("target bounds: the admin address is no target, wherever it is", () => {
  const top = `"admin": { "listen": "127.0.0.1:9901" },`;
  const errors = said(["127.0.0.0/8", "localhost"], "localhost:9901", top)
    .filter((line) => !line.includes(" warning: "));
  assertEquals(errors, [
    'f:1:53: Target "localhost:9901" is the admin address: it is not allowed in this file [main.jsonc:2:15: the bounds are here]',
  ]);
  for (const target of ["0.0.0.0:9901", "[::ffff:127.0.0.1]:9901"]) {
    const [first] = said(["0.0.0.0/0"], target, top)
      .filter((line) => !line.includes(" warning: "));
    assertMatch(first ?? "", /is the admin address: it is not allowed/, target);
  }
});

Deno.test("target bounds: the permissions of all that they allow", () => {
  const main = `{ "version": "v1.0.0", "include": [{ "files": "f", "within": {
    "listeners": [":443"], "to": ["10.0.0.0/8", "10.1.0.0/16:80", "10.0.0.1",
      "fd00::/8", "[::1]", "[fd00::1/128]:5", "*.a.internal:443", "unix:/run/a.sock"]
  } }], "servers": { ":443": {} } }`;
  assertEquals(loadFiles(main, [{}]).reach, {
    net: [
      "10.0.0.0/8",
      "10.1.0.0/16:80",
      "10.0.0.1",
      "[::1]",
      "[fd00::1]:5",
      "*.a.internal:443",
    ],
    sockets: ["/run/a.sock"],
    unnamed: ["fd00::/8"],
  });
});
