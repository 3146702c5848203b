/**
 * Traefik is not to be had here: what it decides is taken from its documentation
 * and its source, and given by hand.
 */
import { assert, assertEquals } from "@std/assert";
import { scaled } from "../../../src/import/tree/shares.ts";
import { hello } from "../../support/explain.ts";
import { importText } from "../../support/imports.ts";
import { decisions } from "../../support/imported_decisions.ts";

const importConfig = (
  text: string,
  { file = "in.yml", ...entryPoints }: Record<string, string> = {},
) =>
  importText(text, {
    format: "traefik",
    file,
    hints: { entryPoints: new Map(Object.entries(entryPoints)) },
  });

/** Routers of the entry point `e`, and services by their names. */
function routers(...lines: readonly string[]): string {
  const services = ["one", "two", "three"].map((name) =>
    `    ${name}: { loadBalancer: { servers: [ { address: "${name}.test:1" } ] } }`
  );
  return `tcp:\n  routers:\n${
    lines.map((line) => `    ${line}`).join("\n")
  }\n  services:\n${services.join("\n")}\n`;
}

const PASS = "tls: { passthrough: true }";

Deno.test("routers with and without TLS on one entry point", async () => {
  const found = await importConfig(
    routers(
      `a: { rule: "HostSNI(\`a.example\`)", service: one, ${PASS} }`,
      `b: { rule: "HostSNI(\`*.example\`)", service: two, ${PASS} }`,
      `c: { rule: "HostSNI(\`*\`)", service: three }`,
    ),
    { e: ":443" },
  );
  assertEquals(found.problems, []);
  assertEquals(
    decisions(found, [
      { sni: "a.example" },
      { sni: "A.EXAMPLE" },
      { sni: "b.example" },
      // The wildcard stands for one label.
      { sni: "x.b.example" },
      { sni: "example" },
      { sni: null },
      { text: "SSH-2.0-x\r\n" },
      { text: "GET / HTTP/1.1\r\nHost: a.example\r\n\r\n" },
      // Traefik waits for a hello, and closes.
      { text: "" },
    ]),
    [
      "one",
      "one",
      "two",
      "reject",
      "reject",
      "reject",
      "three",
      "three",
      "reject",
    ],
  );
});

Deno.test("PostgreSQL clients that ask for TLS are for the routers with TLS", async () => {
  const found = await importConfig(
    `entryPoints: { e: { address: ":5432" } }
tcp:
  routers:
    a: { rule: "HostSNI(\`a.example\`)", service: one, ${PASS} }
    b: { rule: "HostSNI(\`*.example\`)", service: two, ${PASS}, middlewares: [lan] }
    c: { rule: "HostSNI(\`*\`)", service: three, ${PASS} }
    d: { rule: "HostSNI(\`*\`)", service: four }
  middlewares:
    lan: { ipAllowList: { sourceRange: [10.0.0.0/8] } }
  services:
${
      ["one", "two", "three", "four"].map((name) =>
        `    ${name}: { loadBalancer: { servers: [ { address: "${name}.test:1" } ] } }`
      ).join("\n")
    }
`,
  );
  assertEquals(found.problems, []);
  assertEquals(found.notes, []);
  const request = [0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f];
  const ofHello = (sni: string | null, from: string) => ({
    bytes: new Uint8Array([...request, ...hello(sni, null)]),
    from,
  });
  assertEquals(
    decisions(found, [
      ofHello("a.example", "192.0.2.1"),
      ofHello("b.example", "192.0.2.1"),
      ofHello("b.example", "10.1.2.3"),
      ofHello("x.b.example", "10.1.2.3"),
      ofHello(null, "10.1.2.3"),
      { text: "\0\0\0\x11\0\x03\0\0user\0me\0\0" },
      { sni: "a.example" },
      { text: "SSH-2.0-x\r\n" },
    ]),
    ["one", "reject", "two", "three", "three", "four", "one", "four"],
  );
});

Deno.test("priority: the longer rule, or the one that is given; HostSNI(*) is last", async () => {
  const found = await importConfig(
    routers(
      `a: { rule: "HostSNI(\`*\`)", service: three, ${PASS} }`,
      `b: { rule: "HostSNIRegexp(\`^[a-z]+[.]example$\`)", service: two, ${PASS} }`,
      `c: { rule: "HostSNI(\`a.example\`)", service: one, ${PASS} }`,
      `d: { rule: "ALPN(\`x\`)", service: one, priority: 1000, ${PASS} }`,
    ),
    { e: ":443" },
  );
  assertEquals(
    decisions(found, [
      { sni: "a.example" },
      { sni: "a.example", alpn: ["h2", "x"] },
      { sni: "other.test" },
      { sni: null },
      { text: "SSH-2.0-x\r\n" },
    ]),
    // The expression is longer than the name.
    ["two", "one", "three", "three", "reject"],
  );
});

Deno.test("operators, addresses, and the older syntax", async () => {
  const found = await importConfig(
    routers(
      `a: { rule: "!(HostSNI(\`a.example\`) || HostSNI(\`b.example\`)) && ClientIP(\`10.0.0.0/8\`)", service: one, ${PASS} }`,
      `b: { rule: "HostSNI(\`a.example\`, \`b.example\`)", ruleSyntax: v2, service: two, ${PASS} }`,
      `c: { rule: "HostSNIRegexp(\`{sub:[a-z]+}.{rest}.test\`)", ruleSyntax: v2, service: three, priority: 1, ${PASS} }`,
    ),
    { e: ":443" },
  );
  assertEquals(found.problems, []);
  assertEquals(
    decisions(found, [
      { sni: "c.example", from: "10.1.1.1" },
      { sni: "a.example", from: "10.1.1.1" },
      { sni: "b.example", from: "192.0.2.1" },
      { sni: "c.example", from: "192.0.2.1" },
      { sni: "www.some.test", from: "192.0.2.1" },
      { sni: "www.some.other.test", from: "192.0.2.1" },
    ]),
    ["one", "two", "two", "reject", "three", "reject"],
  );
});

Deno.test("an expression without case fits names, which are in lower case", async () => {
  const rule = "HostSNIRegexp(`(?i)^App[[:digit:]]\\.Example$`)";
  const found = await importConfig(
    routers(`a: { rule: '${rule}', service: one, ${PASS} }`),
    { e: ":443" },
  );
  assertEquals(found.problems, []);
  assertEquals(
    decisions(found, [{ sni: "app1.example" }, { sni: "appx.example" }]),
    ["one", "reject"],
  );
});

Deno.test("a template is of the older syntax, whatever is said of it", async () => {
  const rule = "HostSNIRegexp(`a.example`, `{name:[a-z]+}.a.example`)";
  const found = await importConfig(
    routers(`a: { rule: '${rule}', service: one, ${PASS} }`),
    { e: ":443" },
  );
  assertEquals(found.problems, []);
  assertEquals(found.notes, [
    '6:12: "tcp.services.two.loadBalancer" has no equivalent: no router that was imported uses it',
    '7:14: "tcp.services.three.loadBalancer" has no equivalent: no router that was imported uses it',
  ]);
  assertEquals(
    decisions(found, [
      { sni: "a.example" },
      { sni: "x.a.example" },
      { sni: "x1.a.example" },
      { sni: "a-example.test" },
    ]),
    ["one", "one", "reject", "reject"],
  );
});

Deno.test("routers that name no entry point are for those that are marked, and never for Traefik's own", async () => {
  const points = (mark: string) =>
    `entryPoints: { traefik: { address: ":1" }, a: { address: ":2" }, b: { address: ":3"${mark} } }\n`;
  const text = routers("r: { rule: 'HostSNI(`*`)', service: one }");
  for (
    const [mark, servers] of [
      ["", [":2", ":3"]],
      [", asDefault: true", [":3"]],
    ] as const
  ) {
    const found = await importConfig(points(mark) + text);
    assertEquals(found.problems, []);
    assertEquals(found.notes.filter((note) => !/services/.test(note)), []);
    assertEquals(Object.keys(found.servers), [...servers]);
  }
});

Deno.test("what Traefik decrypts for routers of HTTP is not for routers without TLS", async () => {
  const tcp = routers(
    "r: { rule: 'HostSNI(`*`)', service: one, entryPoints: [a] }",
  );
  for (
    const [http, settings] of [
      ["{ rule: x, service: y, tls: {}, entryPoints: [a] }", ""],
      ["{ rule: x, service: y, tls: {} }", ""],
      ["{ rule: x, service: y }", ", http: { tls: {} }"],
    ]
  ) {
    const found = await importConfig(
      `entryPoints: { a: { address: ":1"${settings} } }\n${tcp}http: { routers: { h: ${http} } }\n`,
    );
    assertEquals(found.problems, []);
    assertEquals(
      decisions(found, [
        { sni: "a.example" },
        { text: "SSH-2.0-x\r\n" },
        { text: "" },
      ]),
      ["reject", "one", "reject"],
      http,
    );
    assert(found.notes.some((note) => /"http" has no equivalent/.test(note)));
  }
});

Deno.test("only routers without TLS: nothing is read, and all go there", async () => {
  const found = await importConfig(
    routers(
      `a: { rule: "ClientIP(\`10.0.0.0/8\`)", service: one }`,
      `b: { rule: "HostSNI(\`*\`)", service: two }`,
    ),
    { e: ":22" },
  );
  assertEquals(
    decisions(found, [
      { text: "SSH-2.0-x\r\n", from: "10.1.1.1" },
      { sni: "a.example", from: "192.0.2.1" },
      { text: "", from: "192.0.2.1" },
    ]),
    ["one", "two", "two"],
  );
});

Deno.test("TLS that ends in Traefik is refused, with the reason", async () => {
  const found = await importConfig(
    routers(`a: { rule: "HostSNI(\`a.example\`)", service: one, tls: {} }`),
    { e: ":443" },
  );
  assertEquals(decisions(found, [{ sni: "a.example" }]), ["reject"]);
  assert(found.notes.some((note) => /The router "a" decrypts/.test(note)));
});

Deno.test("middlewares refuse clients, and limit them", async () => {
  const found = await importConfig(
    `${
      routers(
        `a: { rule: "HostSNI(\`a.example\`)", service: one, middlewares: [in, few], ${PASS} }`,
      )
    }  middlewares:\n    in: { ipAllowList: { sourceRange: ["10.0.0.0/8", "192.0.2.7"] } }\n    few: { inFlightConn: { amount: 3 } }\n`,
    { e: ":443" },
  );
  assertEquals(found.problems, []);
  assertEquals(
    decisions(found, [
      { sni: "a.example", from: "10.0.0.1" },
      { sni: "a.example", from: "192.0.2.7" },
      { sni: "a.example", from: "192.0.2.8" },
    ]),
    ["one", "one", "reject"],
  );
  assertEquals(found.config.servers[":443"].options, {
    max_connections_per_ip: 3,
  });
});

const TOML = `
[entryPoints.web]
  address = ":443"
[entryPoints.dns]
  address = ":53/udp"

[tcp.routers.app]
  entryPoints = ["web"]
  rule = "HostSNI(\`a.example\`)"
  service = "app"
  [tcp.routers.app.tls]
    passthrough = true

[tcp.services.app.loadBalancer]
  serversTransport = "fast"
  [[tcp.services.app.loadBalancer.servers]]
    address = "10.0.0.1:443"
  [[tcp.services.app.loadBalancer.servers]]
    address = "10.0.0.2:443"
  [tcp.services.app.loadBalancer.healthCheck]
    interval = "10s"
    send = "PING"

[tcp.serversTransports.fast]
  dialTimeout = "2s"
  [tcp.serversTransports.fast.proxyProtocol]
    version = 1

[udp.routers.dns]
  entryPoints = ["dns"]
  service = "dns"
[[udp.services.dns.loadBalancer.servers]]
  address = "10.0.0.53:53"
`;

Deno.test("TOML, transports, checks, and UDP", async () => {
  const found = await importConfig(TOML, { file: "in.toml" });
  assertEquals(found.problems, []);
  assertEquals(found.config.servers, {
    ":443": {
      TLS: {
        "SNI a.example": {
          action: "FORWARD",
          to_addr: ["10.0.0.1:443", "10.0.0.2:443"],
          connect_timeout: "2s",
          health: { interval: "10s", timeout: "5s" },
          send_proxy: "v1",
        },
      },
      CATCHALL: { CATCHALL: { action: "REJECT" } },
    },
    ":53/udp": { CATCHALL: "10.0.0.53:53" },
  });
  assert(
    found.notes.some((note) =>
      /healthCheck\.send" has no equivalent/.test(note)
    ),
  );
});

Deno.test("weighted services keep their shares", async () => {
  const found = await importConfig(`
entryPoints: { e: { address: ":1" } }
tcp:
  routers:
    a: { rule: "HostSNI(\`*\`)", service: all }
  services:
    all: { weighted: { services: [ { name: two, weight: 2 }, { name: one } ] } }
    two: { loadBalancer: { servers: [ { address: "a:1" }, { address: "{{ x }}:1" }, { address: "b:1" } ] } }
    one: { loadBalancer: { servers: [ { address: "c:1" }, { address: "d:1", tls: true } ] } }
`);
  assertEquals(found.config.servers[":1"].CATCHALL.CATCHALL.to_addr, [
    "a:1",
    "b:1",
    "c:1",
  ]);
  assert(found.notes.some((note) => /"d:1" is left out: "tls"/.test(note)));
  assert(
    found.notes.some((note) => /"{{ x }}:1" is left out: it is no/.test(note)),
  );
});

Deno.test("all that is wrong is told at once, with its place", async () => {
  const found = await importConfig(
    `tcp:
  routers:
    a:
      rule: "HostSNI(\`a\`"
      service: nowhere
    b: { rule: "HostSNI(\`b\`)", service: s, middlewares: [gone] }
    c: { service: s, entryPoints: [lost] }
    d: [1]
  services:
    s: { loadBalancer: { servers: [ { address: [] } ] } }
`,
    { e: ":1" },
  );
  assertEquals(found.problems, [
    '4:13: Invalid value of "tcp.routers.a.rule": found "HostSNI(`a`", expected a rule: expected ")" at character 12',
    '5:16: There is no service of the name "nowhere"',
    '6:16: The rule of the router "b" tests a server name: expected "tls" with "passthrough: true" beside it',
    '6:58: There is no TCP middleware of the name "gone"',
    '7:5: The router "c" has no rule',
    '7:36: The address of the entry point "lost" is not known: name it with --entrypoint lost=:443',
    '8:8: Invalid value of "tcp.routers.d": found a list, expected an object',
  ]);
});

Deno.test("broken YAML and TOML", async () => {
  for (
    const [text, file, problem] of [
      ["a: b: c\n", "x.yml", /^1:4: Invalid YAML: /],
      ["a: 1\na: 2\n", "x.yml", /^2:1: Invalid YAML: Map keys must be unique/],
      ["a: *b\n", "x.yml", /^1:4: A reference leads to itself or nowhere/],
      ["a = \n", "x.toml", /^2:1: Invalid TOML: /],
      ["a = 1\na = 2\n", "x.toml", /^2:1: Invalid TOML: /],
      ["- 1\n", "x.yml", /^1:1: Invalid value of ""/],
    ] as const
  ) {
    const { problems } = await importConfig(text, { file });
    assert(problem.test(problems[0] ?? ""), `${text} ${problems}`);
  }
});

Deno.test("hostile files: references, depth, size, and names of prototypes", async () => {
  let bomb = `a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n`;
  for (let i = 1; i < 12; i++) {
    bomb += `a${i}: &a${i} [${Array(10).fill(`*a${i - 1}`).join(", ")}]\n`;
  }
  const cases: [string, string, RegExp][] = [
    [bomb, "x.yml", /too many values/],
    [
      `a: ${"[".repeat(5000)}${"]".repeat(5000)}`,
      "x.yml",
      /too deep|Invalid YAML/,
    ],
    [
      `a = ${"[".repeat(500)}${"]".repeat(500)}`,
      "x.toml",
      /too deep|Invalid TOML/,
    ],
    [`tcp: &t { routers: *t }\n`, "x.yml", /leads to itself|Invalid YAML/],
    ["x".repeat(10_000_000), "x.yml", /expected an object/],
    [
      `a: "${"(".repeat(100)}"\ntcp: { routers: { r: { rule: "${
        "!(".repeat(5000)
      }", service: s } } }`,
      "x.yml",
      /nested too deep/,
    ],
  ];
  for (const [text, file, expected] of cases) {
    const { problems } = await importConfig(text, { file, e: ":1" });
    assert(
      problems.some((problem) =>
        expected.test(problem) && problem.length < 400
      ),
      `${expected} ${problems.map((problem) => problem.slice(0, 200))}`,
    );
  }
  const odd = await importConfig(
    `__proto__: { a: 1 }
constructor: 2
tcp:
  toString: {}
  routers: { constructor: { rule: "HostSNI(\`*\`)", service: valueOf } }
  services:
    __proto__: {}
    valueOf: { loadBalancer: { servers: [ { address: "a:1" } ] } }
"\\u001b[31m": 1
`,
    { e: ":1" },
  );
  assertEquals(odd.problems, []);
  assert(odd.text.includes("a:1"));
  // deno-lint-ignore no-control-regex
  assert(!/[\x00-\x09\x0b-\x1f]/.test(odd.text));
});

Deno.test("no field is dropped in silence: each is used or has a note", async () => {
  const base = `entryPoints:
  e:
    address: ":1"
    FIELD_E
tcp:
  routers:
    r:
      rule: "HostSNI(\`*\`)"
      service: s
      FIELD_R
  services:
    s:
      FIELD_S
      loadBalancer:
        FIELD_L
        servers:
          - address: "a:1"
            FIELD_V
FIELD_TOP
`;
  const fields = [
    ["TOP", ["http: {}", "tls: { options: {} }", "providers: {}", "x: 1"]],
    ["E", ["transport: { lifeCycle: {} }", "forwardedHeaders: {}", "http: {}"]],
    ["R", ["observability: {}", "x: [1]", "priority: 5", "ruleSyntax: v3"]],
    ["S", ["mirroring: {}", "failover: {}"]],
    ["L", [
      "sticky: {}",
      "terminationDelay: 5",
      "serversTransport: t",
      "healthCheck: { port: 5 }",
    ]],
    ["V", ["weight: 5", "tls: true"]],
  ] as const;
  for (const [place, lines] of fields) {
    for (const line of lines) {
      const marked = base.replace(`FIELD_${place}`, line)
        .replace(/FIELD_\w+/g, "# nothing");
      const number = marked.split("\n").findIndex((each) =>
        each.trim() === line
      ) + 1;
      const found = await importConfig(marked);
      const without = await importConfig(marked.replace(line, "# nothing"));
      const plain = (text: string) => text.replace(/in\.yml:\d+/g, "");
      assert(
        found.lines.has(number) || found.problems.length > 0 ||
          plain(found.text) !== plain(without.text) ||
          /^(?:priority|ruleSyntax)/.test(line),
        `${place} ${line}`,
      );
    }
  }
});

Deno.test("as many routers and names as a large site has", async () => {
  const names = Array.from({ length: 6000 }, (_, i) => `h${i}.example`);
  const found = await importConfig(
    routers(
      `all: { rule: "${
        names.map((name) => `HostSNI(\`${name}\`)`).join(" || ")
      }", service: one, ${PASS} }`,
      ...names.slice(0, 2000).map((name, i) =>
        `r${i}: { rule: "HostSNI(\`*.${name}\`)", service: two, ${PASS} }`
      ),
      `not: { rule: "HostSNIRegexp(\`^x\`) && !HostSNI(${
        names.slice(0, 200).map((name) => `\`x${name}\``).join(", ")
      })", service: three, ${PASS} }`,
    ),
    { e: ":1" },
  );
  assertEquals(found.problems, []);
  assertEquals(found.notes, []);
  assertEquals(
    decisions(found, [
      { sni: "h5999.example" },
      { sni: "www.h1999.example" },
      { sni: "a.www.h1999.example" },
      { sni: "xy.example" },
      { sni: "xh7.example" },
    ]),
    ["one", "two", "reject", "three", "reject"],
  );
});

Deno.test("shares are whole numbers, as small as they can be, and none is lost", () => {
  const shares = (weights: readonly number[]) =>
    scaled(weights.map((weight) => ({ addr: "a", weight })))
      .map(({ weight }) => weight);
  assertEquals(shares([1 / 3, 1 / 3, 1 / 6]), [2, 2, 1]);
  assertEquals(shares(Array(150_000).fill(1 / 150_000)).at(-1), 1);
  assertEquals(shares([1000, 1, 0]), [256, 1, 0]);
  assertEquals(shares([Math.PI, 1]), [256, 81]);
  assertEquals(shares([0, 0]), [0, 0]);
});

Deno.test("a file of many names needs little time, and each name is there once", async () => {
  const text = Array.from({ length: 60_000 }, (_, i) => `h${i}: 1`).join("\n");
  const start = performance.now();
  const { problems } = await importConfig(`${text}\nh5: 2\nh7: 2\n`);
  const ms = performance.now() - start;
  assert(ms < 10_000, `${ms} ms`);
  assertEquals(problems, [
    "60001:1: Invalid YAML: Map keys must be unique",
    "60002:1: Invalid YAML: Map keys must be unique",
  ]);
});
