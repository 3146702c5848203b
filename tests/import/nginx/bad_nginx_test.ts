import { assert, assertEquals, assertMatch } from "@std/assert";
import { importText } from "../../support/imports.ts";

const CASES: readonly (readonly [string, ...string[]])[] = [
  ["stream {", '1:1: There is no "}" for this block'],
  ["}", '1:1: There is no "{" for this "}"'],
  ["stream { server { listen 1 } }", '1:19: There is no ";" behind "listen"'],
  ['stream { map "a', "1:14: Text is not closed"],
  ["; stream { }", '1:1: Expected a directive before ";"'],
  [
    "stream { server { listen 99999; } server { proxy_pass a:1; } }",
    '1:26: Unknown port "99999"',
    '1:35: There is no "listen" in this server',
  ],
  [
    "stream { server { listen 1 nope; listen 2; proxy_pass no_upstream; } }",
    '1:28: Invalid parameter "nope"',
    '1:55: There is no port in "no_upstream": expected an upstream',
  ],
  [
    "stream { map $a $b { x 1; x 2; } map $b { } map $b b { } }",
    '1:27: A second entry for "x"',
    '1:34: Invalid "map"',
    '1:52: Expected a variable, found "b"',
  ],
  [
    "stream { map $b $a { default $b; } map $a $b { default $a; } server { listen 1; proxy_pass $a; } }",
    "depends on itself",
  ],
  [
    "stream { server { listen 1; proxy_pass a:1; proxy_timeout soon; allow 10.0.0.0/99; limit_conn x 1; } }",
    '1:45: Invalid time "soon"',
    '1:65: Invalid address "10.0.0.0/99"',
    '1:84: Invalid "limit_conn"',
  ],
  ["include self;", '1:9: "self" includes itself'],
  ["include /etc/passwd;", "1:9: It is outside"],
  ["a { ".repeat(100_000), "Nested too deep"],
  [
    "stream { upstream a { } upstream a { server b:1; } }",
    "There is no server in",
  ],
  [
    "server { listen 80; location / { proxy_pass http://a; } }",
    'This is a config of "http"',
  ],
  ["events { }", "There is no server to import"],
];

for (const [text, ...expected] of CASES) {
  const name = text.slice(0, 40);
  Deno.test(`import nginx: bad input is reported with its place: ${name}`, async () => {
    const { problems } = await importText(text, {
      format: "nginx",
      file: "self",
      files: { self: text },
    });
    for (const one of expected) {
      const found = problems.some((problem) => problem.includes(one));
      assert(found, `${one}: ${JSON.stringify(problems)}`);
    }
  });
}

Deno.test("import nginx: control bytes of the input never reach the output", async () => {
  const { text, notes } = await importText(
    "stream { odd\x1b[31m\u2028x\x07; server { listen 1; proxy_pass a:1; } }",
    { format: "nginx" },
  );
  // deno-lint-ignore no-control-regex
  assertEquals(/[\x00-\x09\x0b-\x1f\u2028]/.test(text + notes.join("")), false);
});

Deno.test("import nginx: what an editor would hide in a text is an escape in the config", async () => {
  const { text, servers } = await importText(
    "stream { server { listen 1; proxy_pass unix:/run/a\u202e\u{e0041}.sock; } }",
    { format: "nginx" },
  );
  assertMatch(text, /"unix:\/run\/a\\u202e\\udb40\\udc41\.sock"/);
  assertEquals(servers["0.0.0.0:1"], {
    CATCHALL: { CATCHALL: "unix:/run/a\u202e\u{e0041}.sock" },
  });
});

Deno.test("import nginx: a large map is imported in a moment", async () => {
  const entries = Array.from(
    { length: 5_000 },
    (_, index) => `h${index}.example 10.0.0.1:${index + 1};`,
  );
  const { servers } = await importText(
    `stream { map $ssl_preread_server_name $t { ${entries.join("\n")} }
     server { listen 127.0.0.1:1; ssl_preread on; proxy_pass $t; } }`,
    { format: "nginx" },
  );
  assertEquals(Object.keys(servers["127.0.0.1:1"]!["TLS"]!).length, 5_001);
});

Deno.test("import nginx: very many servers on one line are a problem, not a standstill", async () => {
  const text = `stream { ${
    "server { listen 1; proxy_pass a:1; } ".repeat(60_000)
  }}`;
  const { problems } = await importText(text, { format: "nginx" });
  assertEquals(problems.length, 1);
  assertMatch(problems[0]!, /^1:1: The imported config has \d+ bytes/);
});

Deno.test("import nginx: maps one behind the other with too many values are a problem, not a standstill", async () => {
  const maps = Array.from(
    { length: 12 },
    (_, depth) =>
      `map $ssl_preread_server_name $m${depth} { ${
        Array.from({ length: 10 }, (_, i) => `a${depth}x${i} $m${depth + 1};`)
          .join(" ")
      } }`,
  );
  const { problems } = await importText(
    `stream { ${maps.join(" ")} map $a $m12 { default a:1; }
     server { listen 1; ssl_preread on; proxy_pass $m0; } }`,
    { format: "nginx" },
  );
  assertMatch(problems.join(), /too many values: expected at most 50000/);
});

Deno.test("import nginx: very many directives in one block are no crash", async () => {
  const { problems } = await importText(
    `stream { ${"error_log a; ".repeat(150_000)}
     server { listen 1; proxy_pass a:1; } }`,
    { format: "nginx" },
  );
  assertMatch(problems.join(), /^1:1: The imported config has \d+ bytes/);
});
