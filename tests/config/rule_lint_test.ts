import { assertEquals } from "@std/assert";
import { loadConfig } from "../../src/config/load.ts";
import { BUILTINS } from "../../src/detect/builtins.ts";
import { Registry } from "../../src/detect/registry.ts";
import { assertFast } from "../support/fast.ts";
import { bytesOf } from "../support/tcp.ts";

/**
 * What is found about rules of a protocol, which stand at the lines 1, 2, 3, ...:
 * `line: finding [line of the other]`.
 */
function findings(protocol: string, ...rules: string[]): string[] {
  const lines = rules.map((rule) =>
    `${JSON.stringify(rule)}: { "action": "REJECT" },`
  );
  const text = `{ "version": "v1.0.0", "servers": { ":1": { "${protocol}": { ${
    lines.join("\n")
  } } } } }`;
  const { source, diagnostics } = loadConfig(
    "cfg.jsonc",
    bytesOf(text),
    new Registry(BUILTINS),
  );
  const lineOf = (offset: number) => source.position(offset).line;
  return diagnostics.map(({ severity, message, span, related }) =>
    `${lineOf(span.offset)}: ${severity}: ${message}` +
    (related === undefined ? "" : ` [${lineOf(related.span.offset)}]`)
  );
}

function shadowed(line: number, rule: string, by: string, at: number) {
  return `${line}: warning: Rule ${
    JSON.stringify(rule)
  } can never win: "${by}" is tried before it and matches everything that it matches [${at}]`;
}

const CASES: readonly {
  readonly name: string;
  readonly protocol?: string;
  readonly rules: readonly string[];
  readonly expect: readonly string[];
}[] = [
  {
    name: "a condition and its opposite",
    rules: ["SNI a.example !SNI A.example."],
    expect: [
      '1: error: Rule can never match: "SNI a.example" and "!SNI A.example." exclude each other',
    ],
  },
  {
    name: "a name and no name",
    rules: ["SNI *.example NOSNI", "NOSNI !SNI a.example"],
    expect: [
      '1: error: Rule can never match: "SNI *.example" and "NOSNI" exclude each other',
      '2: warning: Condition "!SNI a.example" has no effect: "NOSNI" implies it',
    ],
  },
  {
    name: "a protocol that is wanted and not wanted",
    rules: ["ALPN h2 SNI a.example !ALPN h2"],
    expect: [
      '1: error: Rule can never match: "ALPN h2" and "!ALPN h2" exclude each other',
    ],
  },
  {
    name: "two versions",
    rules: ["VERSION 1.2 VERSION 1.3", "VERSION 1.2 !VERSION 1.3"],
    expect: [
      "1: error: Rule can never match: a connection has only one VERSION, the rule asks for two",
      '2: warning: Condition "!VERSION 1.3" has no effect: "VERSION 1.2" implies it',
    ],
  },
  {
    name: "addresses and times that exclude each other",
    rules: [
      "FROM 10.1.0.0/16 !FROM 10.0.0.0/8",
      "FROM 10.0.0.0/8 FROM fd00::/8",
      "TIME 08:00-12:00 TIME 13:00-18:00",
      "TIME 09:00-10:00 !TIME 08:00-12:00",
    ],
    expect: [
      '1: error: Rule can never match: "FROM 10.1.0.0/16" and "!FROM 10.0.0.0/8" exclude each other',
      "2: error: Rule can never match: a connection has only one FROM, the rule asks for two",
      "3: error: Rule can never match: a connection has only one TIME, the rule asks for two",
      '4: error: Rule can never match: "TIME 09:00-10:00" and "!TIME 08:00-12:00" exclude each other',
    ],
  },
  {
    name: "values that are no addresses and no times",
    rules: [
      "FROM 10.0.0.1/8",
      "FROM 10.0.0.0/8,10.0.0.0/33",
      "!FROM example.com",
      "FROM 0.0.0.0/0,::/0",
      "TIME 8:00-18:00",
      "TIME 08:00",
      "TIME Mo-Fr@08:00-18:00",
      "TIME 08:00-18:00@Europe/Berln",
      "TIME 08:00-18:00@berlin",
      "TIME 00:00-24:00",
      "TIME 08:00-08:00",
    ],
    expect: [
      '1: error: Invalid value of "FROM": found "10.0.0.1/8", expected a block of addresses such as "10.0.0.0/8", or several by comma: it has bits set after the prefix (did you mean "10.0.0.0/8"?)',
      '2: error: Invalid value of "FROM": found "10.0.0.0/8,10.0.0.0/33", expected a block of addresses such as "10.0.0.0/8", or several by comma: the prefix length 33 is larger than 32',
      '3: error: Invalid value of "!FROM": found "example.com", expected a block of addresses such as "10.0.0.0/8", or several by comma: "example.com" is not an IP address',
      '4: error: Invalid value of "FROM": found "0.0.0.0/0,::/0", expected fewer than all addresses',
      '5: error: Invalid value of "TIME": found "8:00-18:00", expected hours such as "08:00-18:00" or "22:00-06:00" (00:00 to 24:00) (did you mean "08:00-18:00"?)',
      '6: error: Invalid value of "TIME": found "08:00", expected hours such as "08:00-18:00" or "22:00-06:00" (00:00 to 24:00)',
      '7: error: Invalid value of "TIME": found "Mo-Fr@08:00-18:00", expected days such as "Mon-Fri" or "Sat,Sun" before "@"',
      '8: error: Invalid value of "TIME": found "08:00-18:00@Europe/Berln", expected a time zone such as "UTC" or "Europe/Berlin" behind the hours (did you mean "Europe/Berlin"?)',
      '9: error: Invalid value of "TIME": found "08:00-18:00@berlin", expected a time zone such as "UTC" or "Europe/Berlin" behind the hours (did you mean "08:00-18:00@Europe/Berlin"?)',
      '10: error: Invalid value of "TIME": found "00:00-24:00", expected less than the whole week, which is no condition',
      '11: error: Invalid value of "TIME": found "08:00-08:00", expected hours such as "08:00-18:00" or "22:00-06:00" (00:00 to 24:00)',
    ],
  },
  {
    name: "a negation at the wrong place",
    rules: [
      "SNI !a.example",
      "! SNI a.example",
      "!SNII a.example",
      "!CATCHALL",
    ],
    expect: [
      '1: error: Invalid value of "SNI": found "!a.example", expected a host name such as "example.com" or "*.example.com", or "/regex/": it holds "!" (did you mean "!SNI a.example"?)',
      '2: error: Unknown rule word "!": a condition that must not hold begins with "!" (did you mean "!SNI a.example"?)',
      '3: error: Unknown rule word "!SNII" of TLS: expected SNI, ALPN, NOSNI, VERSION, ECH, JA4, JA3, FROM, TIME or CATCHALL (did you mean "!SNI"?)',
      '4: error: "CATCHALL" stands alone: it takes no value and no condition',
    ],
  },
  {
    name: "headers",
    protocol: "HTTP",
    rules: [
      "HEADER user-agent",
      "HEADER Host a.example",
      "HEADER a:b c",
      "HEADER x /(/",
      "HEADER X-A 1 !HEADER x-a 1",
      "UPGRADE WebSocket !UPGRADE websocket",
    ],
    expect: [
      '1: error: Rule word "HEADER" has fewer than 2 values: expected "HEADER user-agent curl*"',
      '2: error: Invalid value of "HEADER": found "Host a.example", expected another header: HOST is for "host"',
      '3: error: Invalid value of "HEADER": found "a:b c", expected a header name such as "user-agent"',
      '4: error: Invalid value of "HEADER": found "x /(/", expected a regular expression that runs in linear time: there is no ")" for this "("',
      '5: error: Rule can never match: "HEADER X-A 1" and "!HEADER x-a 1" exclude each other',
      '6: error: Rule can never match: "UPGRADE WebSocket" and "!UPGRADE websocket" exclude each other',
    ],
  },
  {
    name: "conditions that say nothing",
    rules: ["SNI a.example SNI *.example", "ALPN h2 ALPN h2", "!ECH !ECH"],
    expect: [
      '1: warning: Condition "SNI *.example" has no effect: "SNI a.example" implies it',
      '2: warning: Condition "ALPN h2" is repeated',
      '3: warning: Condition "!ECH" is repeated',
    ],
  },
  {
    name: "the same conditions in another order and spelling",
    rules: [
      "FROM 10.0.0.0/8,fd00::/8 !SNI a.example",
      "!SNI A.EXAMPLE FROM FD00:0::/8,10.0.0.0/8",
      "TIME 08:00-18:00",
      "TIME Mon-Sun@08:00-12:00,12:00-18:00@utc",
    ],
    expect: [
      '2: error: Rule "!SNI A.EXAMPLE FROM FD00:0::/8,10.0.0.0/8" can never win: another rule has the same conditions [1]',
      '4: error: Rule "TIME Mon-Sun@08:00-12:00,12:00-18:00@utc" can never win: another rule has the same conditions [3]',
    ],
  },
  {
    name: "an expression behind one that matches all that it matches",
    rules: ["SNI /^app/", "SNI /^app\\d+\\.example$/", "SNI /^ap/"],
    expect: [
      shadowed(2, "SNI /^app\\d+\\.example$/", "SNI /^app/", 1),
    ],
  },
  {
    name: "a rule that ranks high by a condition that says nothing",
    rules: ["SNI a.example", "SNI *.example !NOSNI"],
    expect: [
      shadowed(1, "SNI a.example", "SNI *.example !NOSNI", 2),
      '2: warning: Condition "!NOSNI" has no effect: "SNI *.example" implies it',
    ],
  },
  {
    name: "a CATCHALL behind rules that take all",
    rules: ["NOSNI", "SNI /.*/", "CATCHALL"],
    expect: [
      '3: warning: Rule "CATCHALL" can never win: "SNI /.*/" and "NOSNI" are tried before it and together match all of TLS [1]',
    ],
  },
  {
    name: "what lies behind a condition and its opposite",
    rules: ["!ALPN h2", "ALPN h2", "TIME 08:00-18:00", "ALPN h3", "CATCHALL"],
    expect: [
      '3: warning: Rule "TIME 08:00-18:00" can never win: "ALPN h2" and "!ALPN h2" are tried before it and together match all of TLS [1]',
      '5: warning: Rule "CATCHALL" can never win: "ALPN h2" and "!ALPN h2" are tried before it and together match all of TLS [1]',
    ],
  },
  {
    name: "two negations, of which each connection fulfils one",
    rules: ["!SNI a.example", "!SNI b.example", "CATCHALL"],
    expect: [
      '3: warning: Rule "CATCHALL" can never win: "!SNI a.example" and "!SNI b.example" are tried before it and together match all of TLS [2]',
    ],
  },
  {
    name: "day and night",
    protocol: "SSH",
    rules: ["TIME 06:00-22:00", "TIME 22:00-06:00", "CATCHALL"],
    expect: [
      '3: warning: Rule "CATCHALL" can never win: "TIME 22:00-06:00" and "TIME 06:00-22:00" are tried before it and together match all of SSH [1]',
    ],
  },
];

for (const { name, protocol = "TLS", rules, expect } of CASES) {
  Deno.test(`rules: ${name}`, () => {
    assertEquals(findings(protocol, ...rules), expect);
  });
}

Deno.test("rules: what only looks suspicious is not reported", () => {
  const sound: [string, ...string[]][] = [
    ["TLS", "SNI a.example", "SNI *.example", "SNI /example$/", "CATCHALL"],
    ["TLS", "SNI /^a/", "SNI /b$/", "SNI /^ab/ SNI /c$/"],
    ["TLS", "ALPN h2 ALPN h3", "ALPN h2", "ALPN h3", "ALPN h2 !ALPN h3"],
    ["TLS", "NOSNI", "SNI /^./", "CATCHALL"],
    ["TLS", "NOSNI", "SNI *.com", "CATCHALL"],
    ["TLS", "SNI *.example !SNI a.example", "SNI a.example"],
    // Drafts of TLS 1.3 have no VERSION.
    ["TLS", ...["3.0", "1.0", "1.1", "1.2", "1.3"].map((v) => `VERSION ${v}`)]
      .concat("CATCHALL") as [string, ...string[]],
    ["TLS", "TIME 08:00-18:00@Europe/Berlin", "TIME 18:00-08:00", "CATCHALL"],
    ["TLS", "FROM 0.0.0.0/0", "FROM ::/0", "CATCHALL"],
    ["TLS", "FROM 10.0.0.0/8", "FROM 10.0.0.0/9", "FROM 10.0.0.0/8 ECH"],
    ["TLS", "FROM 10.0.0.0/8", "!FROM 10.0.0.0/8", "CATCHALL"],
    // A client that asks for encryption first has not named its user.
    ["POSTGRES", "SNI a.example", "USER root", "!USER root", "CATCHALL"],
    ["HTTP2", "AUTHORITY a.example", "!AUTHORITY a.example", "CATCHALL"],
    ["HTTP", "PATH /api*", "!PATH /*", "CATCHALL"],
    ["HTTP", "HEADER a 1 HEADER b 1", "HEADER a 1 HEADER a 2"],
  ];
  for (const [protocol, ...rules] of sound) {
    assertEquals(findings(protocol, ...rules), [], rules.join("; "));
  }
});

Deno.test("rules: thousands of them are checked in seconds", () => {
  const kinds: ((i: number) => string)[] = [
    (i) => `ALPN h2 SNI n${i}.example`,
    (i) => `FROM 10.${i >> 8}.${i & 255}.0/24`,
    (i) => `SNI /^n${i}x*\\.example$/`,
    (i) => `!SNI n${i}.example ALPN h2`,
  ];
  for (const kind of kinds) {
    const rules = Array.from({ length: 3_000 }, (_, i) => kind(i));
    assertFast(kind(0), 20_000, () => {
      assertEquals(findings("TLS", ...rules).slice(1), []);
    });
  }
});
