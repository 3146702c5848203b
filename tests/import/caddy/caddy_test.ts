/**
 * What Caddy's layer 4 app decides is taken from its documentation and its source
 * here, and given by hand; beside_layer4.ts asks a real one, where it is there.
 */
import { assert, assertEquals } from "@std/assert";
import { importText } from "../../support/imports.ts";
import { type Client, decisions } from "../../support/imported_decisions.ts";

const importConfig = (config: unknown) =>
  importText(
    typeof config === "string" ? config : JSON.stringify(config, null, 1),
    { format: "caddy", file: "in.json" },
  );

function proxy(name: string, more: object = {}) {
  return {
    handler: "proxy",
    upstreams: [{ dial: [`${name}.test:1`] }],
    ...more,
  };
}

/** A route to a target. */
function to(name: string, ...match: readonly object[]) {
  return match.length === 0
    ? { handle: [proxy(name)] }
    : { match, handle: [proxy(name)] };
}

function server(routes: readonly unknown[], more: object = {}) {
  return {
    apps: { layer4: { servers: { s: { listen: [":443"], routes, ...more } } } },
  };
}

async function decided(
  routes: readonly unknown[],
  clients: readonly Client[],
  more: object = {},
): Promise<string[]> {
  const found = await importConfig(server(routes, more));
  assertEquals(found.problems, []);
  return decisions(found, clients);
}

const HTTP = (host: string, path = "/") => ({
  text: `GET ${path} HTTP/1.1\r\nHost: ${host}\r\n\r\n`,
});
const SSH = { text: "SSH-2.0-x\r\n" };
const SILENT = { text: "" };

Deno.test("remote_ip may have its former name", async () => {
  const ranges = ["10.0.0.0/8"];
  for (const name of ["ip", "remote_ip"]) {
    assertEquals(
      await decided([to("one", { [name]: { ranges } }), to("two")], [
        { ...SSH, from: "10.1.2.3" },
        { ...SSH, from: "192.0.2.1" },
      ]),
      ["one", "two"],
    );
  }
});

Deno.test("routes: the first one that matches", async () => {
  assertEquals(
    await decided([
      to("one", { tls: { sni: ["a.example", "*.b.example"] } }),
      to("two", { tls: { alpn: ["h2"] } }, { ssh: {} }),
      to("three", { tls: { sni: ["c.example"] } }),
      to("four", { http: [{ host: ["a.example"] }, { path: ["/x*"] }] }),
    ], [
      { sni: "a.example", alpn: ["h2"] },
      { sni: "x.b.example" },
      // The wildcard stands for one label.
      { sni: "x.y.b.example" },
      { sni: "c.example", alpn: ["h2"] },
      { sni: "c.example" },
      SSH,
      HTTP("a.example"),
      HTTP("other.example", "/xy"),
      HTTP("other.example"),
      // It waits for bytes, and closes.
      SILENT,
    ]),
    [
      "one",
      "one",
      "reject",
      "two",
      "three",
      "two",
      "four",
      "four",
      "reject",
      "reject",
    ],
  );
});

Deno.test("not, addresses, and a route for all others", async () => {
  assertEquals(
    await decided([
      {
        match: [{ remote_ip: { ranges: ["192.0.2.0/24"] } }],
        handle: [{ handler: "close" }],
      },
      to("one", { not: [{ tls: {} }], remote_ip: { ranges: ["10.0.0.0/8"] } }),
      to("two", { not: [{ tls: { sni: ["a.example"] } }, { ssh: {} }] }),
      to("three"),
    ], [
      { ...SSH, from: "192.0.2.1" },
      { ...SSH, from: "10.0.0.1" },
      { ...SSH, from: "203.0.113.1" },
      { sni: "a.example", from: "10.0.0.1" },
      { sni: "b.example", from: "10.0.0.1" },
      { ...HTTP("x"), from: "203.0.113.1" },
    ]),
    ["reject", "one", "three", "three", "two", "two"],
  );
});

Deno.test("subroutes, and routes that go on", async () => {
  assertEquals(
    await decided([
      { handle: [{ handler: "throttle" }] },
      {
        match: [{ tls: {} }],
        handle: [{
          handler: "subroute",
          routes: [
            to("one", { tls: { sni: ["a.example"] } }),
            {
              match: [{ tls: { sni: ["closed.example"] } }],
              handle: [{ handler: "close" }],
            },
          ],
        }],
      },
      to("two", { tls: {} }, { postgres: {} }),
    ], [
      { sni: "a.example" },
      { sni: "closed.example" },
      { sni: "b.example" },
      { bytes: new Uint8Array([0, 0, 0, 8, 4, 210, 22, 47]) },
      SSH,
    ]),
    ["one", "reject", "two", "two", "reject"],
  );
});

Deno.test("times, first bytes, and protocols", async () => {
  const noon = Date.UTC(2026, 0, 5, 12);
  assertEquals(
    await decided([
      to("one", { regexp: { pattern: "^PING", count: 4 } }),
      to("two", { clock: { after: "11:00:00", before: "13:00:00" }, ssh: {} }),
      to("three", { socks5: {} }, { xmpp: {} }),
      to("four", { regexp: { hex: true, pattern: "^CAFE", count: 2 } }),
    ], [
      { text: "PING\r\n" },
      { ...SSH, at: noon },
      { ...SSH, at: noon + 4 * 3_600_000 },
      { bytes: new Uint8Array([5, 1, 0]) },
      { bytes: new Uint8Array([0xca, 0xfe, 1]) },
    ]),
    ["one", "two", "reject", "three", "four"],
  );
});

Deno.test("handlers that decrypt or serve are refused, with the reason", async () => {
  const found = await importConfig(server([
    {
      match: [{ tls: { sni: ["a.example"] } }],
      handle: [{ handler: "tls" }, proxy("one")],
    },
    {
      match: [{ tls: {} }],
      handle: [proxy("two", { upstreams: [{ dial: ["b.test:1"], tls: {} }] })],
    },
    { match: [{ ssh: {} }], handle: [{ handler: "echo" }] },
    {
      match: [{ http: [] }],
      handle: [{ handler: "tee", branch: [] }, proxy("three")],
    },
  ]));
  assertEquals(found.problems, []);
  assertEquals(
    decisions(found, [{ sni: "a.example" }, { sni: "b" }, SSH, HTTP("x")]),
    ["reject", "reject", "reject", "three"],
  );
  for (
    const text of [
      /"tls" decrypts/,
      /"tls" encrypts what is sent/,
      /"echo" is no target/,
      /"tee" is left out/,
    ]
  ) {
    assert(found.notes.some((note) => text.test(note)), `${text}`);
  }
});

Deno.test("upstreams, checks, PROXY headers, and the name that the client asks for", async () => {
  const found = await importConfig(server([
    {
      match: [{ proxy_protocol: {} }],
      handle: [{
        handler: "proxy_protocol",
        allow: ["10.0.0.0/8"],
        timeout: "1s",
      }],
    },
    {
      match: [{ tls: { sni: ["a.example"] } }],
      handle: [{
        handler: "proxy",
        proxy_protocol: "v2",
        load_balancing: {
          selection: { policy: "weighted_round_robin" },
          try_duration: "5s",
        },
        health_checks: { active: { interval: "10s", port: 5 }, passive: {} },
        upstreams: [
          { dial: ["tcp/10.0.0.1:443"], weight: 3 },
          { dial: ["unix//run/app.sock"], max_connections: 5 },
        ],
      }],
    },
    {
      match: [{ tls: { sni: ["*.d.example"] } }],
      handle: [{
        handler: "proxy",
        upstreams: [{ dial: ["{l4.tls.server_name}:443"] }],
      }],
    },
    {
      match: [{ ssh: {} }],
      handle: [{
        handler: "proxy",
        load_balancing: { selection: { policy: "first" } },
        upstreams: [{ dial: ["a:22"] }, { dial: ["a b:1"] }, {
          dial: ["b:22"],
        }],
      }],
    },
    {
      handle: [{
        handler: "proxy",
        load_balancing: { selection: { policy: "weighted_round_robin" } },
        upstreams: [
          { dial: ["a:1", "copy:1"], weight: 2000 },
          { dial: ["b:1"], weight: 500 },
        ],
      }],
    },
  ], { matching_timeout: "4s" }));
  assertEquals(found.problems, []);
  const config = found.config.servers[":443"];
  assertEquals(config.options, {
    detect_timeout: "4s",
    accept_proxy: { from: ["10.0.0.0/8"], required: false },
  });
  assertEquals(config.TLS["SNI a.example"], {
    action: "FORWARD",
    to_addr: [{ addr: "10.0.0.1:443", weight: 3 }, "unix:/run/app.sock"],
    balance: "round_robin",
    health: { interval: "10s", timeout: "5s", fall: 1, rise: 1 },
    send_proxy: "v2",
  });
  assertEquals(config.TLS["SNI *.d.example"], "{sni}:443");
  assertEquals(config.SSH.CATCHALL.to_addr, [
    "a:22",
    { addr: "b:22", backup: true },
  ]);
  assertEquals(config.CATCHALL.CATCHALL.to_addr, [
    { addr: "a:1", weight: 4 },
    "b:1",
  ]);
  for (
    const text of [
      /timeout" has no equivalent/,
      /try_duration" has no equivalent/,
      /active\.port" has no equivalent/,
      /max_connections" has no equivalent/,
      /"a b:1" is left out: it is no address/,
      /"copy:1" is left out: Caddy sends what a client sends to all addresses/,
      /one label/,
    ]
  ) {
    assert(
      found.notes.some((note) => text.test(note)),
      `${text}\n${found.notes.join("\n")}`,
    );
  }
});

Deno.test("UDP: QUIC by name, DNS by question", async () => {
  const found = await importConfig({
    apps: {
      layer4: {
        servers: {
          web: {
            listen: ["udp/:443"],
            idle_timeout: "20s",
            routes: [
              to("x", { quic: { sni: ["a.example"] } }),
            ].map(() => ({
              match: [{ quic: { sni: ["a.example"] } }],
              handle: [{
                handler: "proxy",
                upstreams: [{ dial: ["udp/one.test:443"] }],
              }],
            })),
          },
          names: {
            listen: ["udp/:53", "tcp4/:53"],
            routes: [{
              match: [{
                dns: {
                  allow: [{ name: "a.example.", type: "NS" }, {
                    name_regexp: "^[a-z]+[.]b[.]$",
                  }],
                  deny: [{ type: "ANY" }],
                },
              }],
              handle: [{
                handler: "proxy",
                upstreams: [{ dial: ["udp/two.test:53"] }],
              }],
            }],
          },
        },
      },
    },
  });
  assertEquals(found.problems, []);
  assertEquals(found.config.servers[":443/udp"], {
    options: { idle_timeout: "20s" },
    QUIC: { "SNI a.example": "one.test:443" },
    CATCHALL: { CATCHALL: { action: "REJECT" } },
  });
  // Not denied is allowed.
  assertEquals(found.config.servers[":53/udp"].DNS, {
    "!TYPE ANY": "two.test:53",
  });
  assertEquals(found.config.servers["0.0.0.0:53"].CATCHALL, {
    CATCHALL: { action: "REJECT" },
  });
  assert(
    found.notes.some((note) => /has the transport of its server/.test(note)),
  );
});

Deno.test("UDP: the name that the client asks for", async () => {
  const found = await importConfig({
    apps: {
      layer4: {
        servers: {
          s: {
            listen: ["udp/:443"],
            routes: [{
              match: [{ quic: { sni: ["*.d.example"] } }],
              handle: [{
                handler: "proxy",
                upstreams: [{ dial: ["udp/{l4.quic.tls.server_name}:443"] }],
              }],
            }],
          },
        },
      },
    },
  });
  assertEquals(found.problems, []);
  assertEquals(found.config.servers[":443/udp"].QUIC, {
    "SNI *.d.example": "{sni}:443",
  });
});

Deno.test("other apps, and what nobody reads, have notes", async () => {
  const found = await importConfig({
    admin: { disabled: true },
    logging: {},
    apps: {
      http: { servers: {} },
      layer4: {
        servers: {
          s: {
            listen: [":1"],
            new_field: { deep: [1] },
            routes: [{ ...to("one"), group: "x" }],
          },
        },
        grace: 5,
      },
    },
  });
  assertEquals(found.problems, []);
  for (
    const path of [
      "admin",
      "logging",
      "apps.http",
      "apps.layer4.grace",
      "apps.layer4.servers.s.new_field",
      "apps.layer4.servers.s.routes[0].group",
    ]
  ) {
    assert(
      found.notes.some((note) => note.includes(`"${path}" has no equivalent`)),
      `${path}\n${found.notes.join("\n")}`,
    );
  }
});

Deno.test("all that is wrong is told at once, with its place", async () => {
  const found = await importConfig(`{ "apps": { "layer4": { "servers": {
  "a": { "listen": ["443", ":1", ":1"], "routes": [ { "handle": [ { "handler": "proxy", "proxy_protocol": "v3", "upstreams": 5 } ] } ] },
  "b": { "matching_timeout": "soon" },
  "c": []
} } } }`);
  assertEquals(found.problems, [
    '2:21: Invalid address "443": expected one such as ":443", "tcp/192.0.2.1:443", "udp/:53" or "unix//run/in.sock"',
    '2:34: Address ":1" is listened on twice',
    '2:107: Invalid value of "apps.layer4.servers.a.routes[0].handle[0].proxy_protocol": found "v3", expected "v1" or "v2"',
    '2:126: Invalid value of "apps.layer4.servers.a.routes[0].handle[0].upstreams[0]": found 5, expected an object',
    '3:3: The server "b" listens on nothing',
    '4:8: Invalid value of "apps.layer4.servers.c": found a list, expected an object',
  ]);
});

Deno.test("what is wrong with a server of several addresses is told once", async () => {
  const { problems } = await importConfig(server(
    [{ handle: [proxy("one", { proxy_protocol: "v3" })] }],
    { listen: [":1", ":2", ":3-5"] },
  ));
  assertEquals(problems.length, 1, problems.join("\n"));
});

Deno.test("a Caddyfile is told what to do; broken and hostile files have a message", async () => {
  const cases: [string, RegExp][] = [
    [
      "{\n  layer4 {\n    :443 {\n    }\n  }\n}\n",
      /^1:1: The file is a Caddyfile: .*caddy adapt/,
    ],
    ["example.com {\n}\n", /Caddyfile/],
    ['{ "apps": ', /^1:\d+: Invalid JSON/],
    ["[1]", /expected an object/],
    [`{ "apps": ${"[".repeat(5000)}${"]".repeat(5000)} }`, /too deep/],
    [`{ "a": "${"x".repeat(10_000_000)}" }`, /bytes/],
    ['{ "a": 1, "a": 2 }', /Duplicate name/],
  ];
  for (const [text, expected] of cases) {
    const { problems } = await importConfig(text);
    assert(
      problems.some((problem) => expected.test(problem)),
      `${expected} ${problems}`,
    );
  }
  const odd = await importConfig(
    `{ "__proto__": 1, "apps": { "layer4": { "servers": { "constructor": { "listen": [":1"], "routes": [ { "match": [ { "toString": {}, "__proto__": 5 } ], "handle": [ { "handler": "hasOwnProperty" } ] } ] } } } } }`,
  );
  assertEquals(odd.problems, []);
  let routes: unknown[] = [to("one")];
  for (let i = 0; i < 15; i++) {
    routes = [{
      match: [{ ssh: {} }, { tls: {} }, { xmpp: {} }],
      handle: [{ handler: "subroute", routes }],
    }];
  }
  const deep = await importConfig(server(routes));
  assert(
    deep.notes.some((note) => /too large/.test(note)),
    deep.problems.join(),
  );
});

Deno.test("expressions of Go over names", async () => {
  for (
    const [pattern, sni, target] of [
      ["(?i)^A[[:digit:]]\\.Example$", "a1.example", "one"],
      ["^(?P<name>a|b)\\.example\\z", "b.example", "one"],
      ["^A", "a.example", "two"],
    ] as const
  ) {
    assertEquals(
      await decided(
        [to("one", { tls: { sni_regexp: { pattern } } }), to("two")],
        [{ sni }, { sni: "c.test" }],
      ),
      [target, "two"],
      pattern,
    );
  }
});

Deno.test("as many routes and names as a large site has", async () => {
  const names = Array.from({ length: 6000 }, (_, i) => `h${i}.example`);
  const found = await importConfig(server([
    to("one", { tls: { sni: names } }),
    ...names.slice(0, 2000).map((name, i) =>
      to(`t${i}`, { tls: { sni: [`*.${name}`] } })
    ),
    to("two", { http: [{ host: names }] }),
  ]));
  assertEquals(found.problems, []);
  assertEquals(found.notes, []);
  assertEquals(
    decisions(found, [
      { sni: "h5999.example" },
      { sni: "www.h1999.example" },
      { sni: "a.www.h1999.example" },
      HTTP("h7.example"),
    ]),
    ["one", "t1999", "reject", "two"],
  );
});
