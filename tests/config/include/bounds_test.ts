import { assertEquals } from "@std/assert";
import {
  documentsOf,
  type FakeFile,
  loadFiles,
  saidOf,
} from "../../support/included.ts";

const TRUSTED = `
  "servers": {
    ":443": {
      "TLS": {
        "SNI admin.example.com": "10.0.0.1:443",
        "SNI *.internal.example.com": "10.0.0.2:443",
        "SNI /^db[0-9]+[.]example[.]com$/": "10.0.0.3:443",
        "SNI *.apps.example.com": "10.0.0.4:443",
        "SNI half.example.net FROM 10.0.0.0/8": "10.0.0.5:443"
      },
      "SSH": { "SOFTWARE OpenSSH*": "10.0.0.6:22" },
      "HTTP": { "CATCHALL": "10.0.0.7:80" }
    },
    ":80": { "HTTP": { "HOST web.example.com": "10.0.0.8:80" } },
    ":5000": {}
  }`;

/** A config with one bounded include, whose bounds are at 1:62. */
function main(bounds: string, more = ""): string {
  return `{ "version": "v1.0.0", "include": [{ "files": "f", "within": {
  "listeners": [":443", ":80", ":5000"], "to": ["10.88.0.0/16", "app.internal:80"]${bounds}
} }],${more}${TRUSTED} }`;
}

const NAMES = `,
  "names": ["*.apps.example.com", "*.example.com", "www.example.org"]`;

/** What is said of a file within bounds. */
function said(
  f: FakeFile,
  { bounds = NAMES, more = "" }: { bounds?: string; more?: string } = {},
): string[] {
  const warning = / warning: /;
  return saidOf(loadFiles(main(bounds, more), [{ f }]))
    .filter((line) => !warning.test(line));
}

/** What is said of a rule of TLS on :443 that forwards to a good target. */
function saidOfRule(rule: string, bounds = NAMES): string[] {
  return said(
    `{ "servers": { ":443": { "TLS": { ${
      JSON.stringify(rule)
    }: "10.88.0.1:443" } } } }`,
    { bounds },
  ).map((line) => line.replace(/^f:1:35: /, ""));
}

Deno.test("bounds: a file adds rules with its hosts, and targets that it may name", () => {
  const file = `{ "version": "v1.0.0", "servers": {
    ":443": { "TLS": {
      "SNI foo.apps.example.com,bar.apps.example.com": "10.88.0.1:443",
      "SNI x.foo.apps.example.com ALPN h2": { "action": "FORWARD", "to_addr": [
        { "addr": "10.88.255.255:1", "weight": 2 }, "app.internal:80"
      ] },
      "SNI new.example.com": { "action": "REJECT" },
      "SNI WWW.example.org FROM 10.0.0.0/8": { "action": "FORWARD", "to_addr": "10.88.0.1:443", "send_proxy": "v2" }
    } },
    ":80": { "HTTP": { "HOST foo.apps.example.com": "App.Internal.:80" } }
  } }`;
  assertEquals(said(file), []);
});

Deno.test("bounds: it adds to nothing but the servers that it may touch, and nothing but rules", () => {
  const file = `{
  "detectors": { "MINE": { "prefix": "x" } },
  "expect": [],
  "servers": {
    ":443": { "options": { "max_connections": 1 } },
    ":444": { "TLS": { "SNI foo.apps.example.com": "10.88.0.1:443" } }
  }
}`;
  const why = "main.jsonc:1:62: the bounds are here";
  const only = "it may only add rules to servers";
  assertEquals(said(file), [
    `f:2:3: Field "detectors" is not allowed in this file: ${only} [${why}]`,
    `f:3:3: Field "expect" is not allowed in this file: ${only} [${why}]`,
    `f:5:15: Field "options" is not allowed in this file: ${only} [${why}]`,
    'f:6:5: Server ":444" is not allowed in this file [main.jsonc:2:16: these servers are allowed]',
  ]);
});

Deno.test("bounds: hosts are within the names, a wildcard as a whole", () => {
  const names = "[main.jsonc:3:12: these names are allowed]";
  const table: [rule: string, said: string[]][] = [
    ["SNI other.org", [
      `Host "other.org" is not allowed in this file ${names}`,
    ]],
    ["SNI example.com", [
      `Host "example.com" is not allowed in this file ${names}`,
    ]],
    ["SNI *.example.org", [
      `Host "*.example.org" is not allowed in this file ${names}`,
    ]],
    ["SNI *.www.example.org", [
      `Host "*.www.example.org" is not allowed in this file ${names}`,
    ]],
    ["SNI xapps.example.com.evil.org", [
      `Host "xapps.example.com.evil.org" is not allowed in this file ${names}`,
    ]],
    ["SNI a.apps.example.com,b.org", [
      `Host "b.org" is not allowed in this file ${names}`,
    ]],
    ["CATCHALL", [
      `Rule "CATCHALL" has no condition on the host: expected one, because the hosts of this file are limited ${names}`,
    ]],
    ["!SNI a.apps.example.com", [
      `Rule "!SNI a.apps.example.com" has no condition on the host: expected one, because the hosts of this file are limited ${names}`,
    ]],
    ["ALPN h2", [
      `Rule "ALPN h2" has no condition on the host: expected one, because the hosts of this file are limited ${names}`,
    ]],
    ["SNI /^a[.]apps[.]example[.]com$/", [
      'Regular expression "/^a[.]apps[.]example[.]com$/" is not allowed in this file: expected a host or a wildcard, which can be compared with those of other files [main.jsonc:1:62: the bounds are here]',
    ]],
  ];
  for (const [rule, expected] of table) {
    assertEquals(saidOfRule(rule), expected, rule);
  }
});

Deno.test("bounds: hosts that another file names are taken, in whatever rule and on whatever server", () => {
  const taken = (host: string, other: string, place: string) => [
    `Host "${host}" is taken: another file has "${other}" [main.jsonc:${place}: the other rule is here]`,
  ];
  const table: [rule: string, said: string[]][] = [
    // More conditions would win, and so would a wildcard with them.
    [
      "SNI admin.example.com ALPN h2",
      taken("admin.example.com", "admin.example.com", "8:9"),
    ],
    [
      "SNI ADMIN.example.com.",
      [
        'Rule "SNI ADMIN.example.com." can never win: another rule has the same conditions [main.jsonc:8:9: the same conditions are here]',
        ...taken("admin.example.com", "admin.example.com", "8:9"),
      ],
    ],
    [
      "SNI *.example.com ALPN h2",
      // The narrowest grant is "*.example.com", and others are below it.
      taken("*.example.com", "admin.example.com", "8:9"),
    ],
    [
      "SNI x.internal.example.com",
      taken("x.internal.example.com", "*.internal.example.com", "9:9"),
    ],
    [
      "SNI *.x.internal.example.com",
      taken("*.x.internal.example.com", "*.internal.example.com", "9:9"),
    ],
    [
      "SNI db7.example.com",
      taken("db7.example.com", "/^db[0-9]+[.]example[.]com$/", "10:9"),
    ],
    [
      "SNI *.y.example.com",
      taken("*.y.example.com", "/^db[0-9]+[.]example[.]com$/", "10:9"),
    ],
    // Of another server, in another protocol.
    [
      "SNI web.example.com",
      taken("web.example.com", "web.example.com", "17:24"),
    ],
    // The grant is as narrow as the wildcard of the config.
    ["SNI foo.apps.example.com ALPN h2", []],
    ["SNI internal.example.com", []],
  ];
  for (const [rule, expected] of table) {
    assertEquals(saidOfRule(rule), expected, rule);
  }
});

Deno.test("bounds: without names all is free that nobody else names", () => {
  const free = (rule: string) => saidOfRule(rule, "\n");
  assertEquals(free("SNI other.org ALPN h2"), []);
  assertEquals(free("SNI foo.apps.example.com").length, 1);
  assertEquals(free("SNI *.net").length, 1);
  assertEquals(free("SNI half.example.net").length, 1);
});

Deno.test("bounds: a rule without a host gets no connection that another file routes", () => {
  const on = (protocol: string, rule: string, server = ":443") =>
    said(
      `{ "servers": { "${server}": { "${protocol}": { "${rule}": "10.88.0.1:1" } } } }`,
      { bounds: "\n" },
    ).map((line) => line.replace(/^f:[\d:]+ /, ""));
  const behind = (rule: string, place: string) => [
    `Rule "${rule}" would get connections that another file routes [main.jsonc:${place}: the other rule is here]`,
  ];
  const last = (protocol: string) => [
    `${protocol} is not allowed in this file: it decides about connections of the other protocols of server ":443", too [main.jsonc:1:62: the bounds are here]`,
  ];
  const hostless = (rule: string, server = ":443") => [
    `Rule "${rule}" has no condition on the host: expected one, because other files have rules for server "${server}" [main.jsonc:1:62: the bounds are here]`,
  ];
  // half.example.net from elsewhere than 10.0.0.0/8 would come here.
  assertEquals(on("TLS", "CATCHALL"), hostless("CATCHALL"));
  assertEquals(
    on("TLS", "ALPN h2 FROM 0.0.0.0/0"),
    hostless("ALPN h2 FROM 0.0.0.0/0"),
  );
  // A host by another name, and the proof that one has it.
  for (
    const rule of [
      "HEADER x-forwarded-host admin.example.com",
      "PATH /.well-known/acme-challenge/*",
    ]
  ) assertEquals(on("HTTP", rule, ":80"), hostless(rule, ":80"));
  assertEquals(on("HTTP", "CATCHALL", ":5000"), []);
  assertEquals(
    on("SSH", "SOFTWARE OpenSSH_9* FROM 10.0.0.0/8"),
    behind("SOFTWARE OpenSSH_9* FROM 10.0.0.0/8", "14:16"),
  );
  assertEquals(on("SSH", "CATCHALL"), []);
  // No client is OpenSSH and Dropbear.
  assertEquals(on("SSH", "FROM 10.0.0.0/8 SOFTWARE dropbear_2022.83"), []);
  assertEquals(on("MQTT", "CATCHALL"), []);
  assertEquals(on("CATCHALL", "CATCHALL"), last("CATCHALL"));
  assertEquals(on("SILENT", "CATCHALL"), last("SILENT"));
  assertEquals(on("SILENT", "CATCHALL", ":5000"), []);
  assertEquals(on("CATCHALL", "CATCHALL", ":5000"), []);
});

Deno.test("bounds: what a file adds comes behind what others have, whatever the order of the entries", () => {
  const text = `{ "version": "v1.0.0", "include": [
    { "files": "f", "within": { "listeners": [":1"], "to": ["10.0.0.0/8"] } },
    "t"
  ], "servers": { ":1": {} } }`;
  const { plan, ...loaded } = loadFiles(text, [
    { f: `{ "servers": { ":1": { "SSH": "10.0.0.1:22" } } }` },
    { t: `{ "servers": { ":1": { "MQTT": "127.0.0.1:1883" } } }` },
  ]);
  assertEquals(saidOf({ plan, ...loaded }), []);
  const [listener] = plan!.listeners;
  assertEquals(
    listener!.protocols.map(({ protocol }) => protocol),
    ["MQTT", "SSH"],
  );
});

Deno.test("bounds: of two files with bounds that name a host, the first has it", () => {
  const bounds = `{ "listeners": [":1"], "to": ["10.0.0.0/8"] }`;
  const text = `{ "version": "v1.0.0", "include": [
    { "files": "x", "within": ${bounds} }, { "files": "y", "within": ${bounds} }
  ], "servers": { ":1": {} } }`;
  const file = (rule: string) =>
    `{ "servers": { ":1": { "TLS": { "${rule}": "10.0.0.1:443" } } } }`;
  const both = (x: string, y: string) =>
    saidOf(loadFiles(text, [{ x: file(x) }, { y: file(y) }]));
  assertEquals(both("SNI a.org", "SNI b.org"), []);
  assertEquals(both("SNI a.org", "SNI a.org ALPN h2"), [
    'y:1:33: Host "a.org" is taken: another file has "a.org" [x:1:33: the other rule is here]',
  ]);
  assertEquals(both("SNI *.a.org", "SNI x.a.org"), [
    'y:1:33: Host "x.a.org" is taken: another file has "*.a.org" [x:1:33: the other rule is here]',
  ]);
  assertEquals(both("SNI x.a.org", "SNI *.a.org"), [
    'y:1:33: Host "*.a.org" is taken: another file has "x.a.org" [x:1:33: the other rule is here]',
  ]);
  assertEquals(both("SNI a.org", "CATCHALL"), [
    'y:1:33: Rule "CATCHALL" would get connections that another file routes: expected a condition on the host [x:1:33: the other rule is here]',
  ]);
});

Deno.test("bounds: what is wrong in the bounds themselves is said at its place", () => {
  const text = `{ "version": "v1.0.0", "include": [{ "files": "f", "within": {
  "listeners": [":44"],
  "to": ["10.0.0.1/8", "*", "::1", "unix:run", "fd00::1/8", "[fd00::/8]:99999", "a b", "10.0.0.0/8:0"],
  "names": ["", "/x/", "a*b", "*.com,x.org"]
} }], "servers": { ":443": { "SSH": "127.0.0.1:22" } } }`;
  const lines = saidOf(loadFiles(text, [{}]));
  assertEquals(lines.map((line) => line.split(", expected")[0]), [
    'main.jsonc:2:17: Unknown server ":44": expected ":443" (did you mean ":443"?)',
    'main.jsonc:3:10: Invalid entry of "to" "10.0.0.1/8": it has bits set after the prefix',
    'main.jsonc:3:24: Invalid entry of "to" "*": a lone "*" would allow every name',
    'main.jsonc:3:29: Invalid entry of "to" "::1": an IPv6 address needs brackets',
    'main.jsonc:3:36: Invalid entry of "to" "unix:run": the path is relative',
    'main.jsonc:3:48: Invalid entry of "to" "fd00::1/8": it has bits set after the prefix',
    'main.jsonc:3:61: Invalid entry of "to" "[fd00::/8]:99999": the port 99999 is larger than 65535',
    'main.jsonc:3:81: Invalid entry of "to" "a b": it contains white space',
    'main.jsonc:3:88: Invalid entry of "to" "10.0.0.0/8:0": the port 0 cannot be dialled',
    'main.jsonc:4:13: Invalid entry of "names" "": expected a host such as "app.example.com" or "*.apps.example.com"',
    'main.jsonc:4:17: Invalid entry of "names" "/x/": expected a host such as "app.example.com" or "*.apps.example.com"',
    'main.jsonc:4:24: Invalid entry of "names" "a*b": expected a host such as "app.example.com" or "*.apps.example.com"',
    'main.jsonc:4:31: Invalid entry of "names" "*.com,x.org": expected a host such as "app.example.com" or "*.apps.example.com"',
  ]);
});

Deno.test("bounds: a file with bounds names no module that is loaded, and takes the place of none", () => {
  const detectors = { MINE: { module: "good.ts" } };
  const main = JSON.stringify({
    version: "v1.0.0",
    include: [{ files: "f", within: { listeners: [":1"], to: ["10.0.0.1"] } }],
    detectors,
    servers: { ":1": {} },
  });
  const f = JSON.stringify({ detectors: { MINE: { module: "bad.ts" } } });
  const paths = documentsOf(main, [{ f }]).modules().map(({ path }) => path);
  assertEquals(paths, ["good.ts"]);
});
