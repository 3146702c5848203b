/** Imports of configs that nobody wrote, and where they send clients. */
import { assert, assertEquals } from "@std/assert";
import { parse } from "@std/jsonc";
import { loadConfig } from "../../src/config/load.ts";
import { BUILTINS } from "../../src/detect/builtins.ts";
import { Registry } from "../../src/detect/registry.ts";
import { failedExpectations } from "../../src/explain/expectations.ts";
import * as fc from "../../src/testing/fast_check.ts";
import { importText } from "../support/imports.ts";

const NAMES = ["a.example", "x.a.example", "y.x.a.example", "b.example", "c.d"];
const GLOBS = [
  ...NAMES,
  "*.a.example",
  "*.example",
  "?.example",
  "[ab].*",
  "*",
];
const ALPN = ["h2", "http/1.1", "acme-tls/1"];

/** A client's hello. */
interface Hello {
  readonly sni?: string;
  readonly alpn: readonly string[];
}

const HELLOS: readonly Hello[] = [undefined, ...NAMES].flatMap((sni) =>
  [[], ["h2"], ["h2", "http/1.1"], ["acme-tls/1"]].map((alpn) => ({
    ...(sni === undefined ? {} : { sni }),
    alpn,
  }))
);

/** Which of some hellos do not go where they must, with an imported config. */
function wrongTargets(
  text: string,
  targetOf: (hello: Hello) => string,
): readonly string[] {
  const config = parse(text) as Record<string, unknown>;
  const expect = HELLOS.map((hello) => ({
    hello: hello.alpn.length > 0 ? hello : { ...hello, alpn: undefined },
    target: targetOf(hello),
  }));
  const bytes = new TextEncoder().encode(JSON.stringify({ ...config, expect }));
  const loaded = loadConfig("new.jsonc", bytes, new Registry(BUILTINS));
  const errors = loaded.diagnostics.filter((one) => one.severity === "error");
  assertEquals(errors.map(({ message }) => message), []);
  return failedExpectations(loaded).map(({ message }) => message);
}

/** fnmatch(3), for the patterns of this test. */
function globFits(glob: string, name: string): boolean {
  const body = glob.replace(/\./g, "\\.").replace(/\*/g, ".*").replace(
    /\?/g,
    ".",
  );
  return new RegExp(`^${body}$`).test(name);
}

const ENTRY = fc.record({
  sni: fc.uniqueArray(fc.constantFrom(...GLOBS), { maxLength: 3 }),
  alpn: fc.uniqueArray(fc.constantFrom(...ALPN), { maxLength: 2 }),
});

Deno.test("import sslh: any list of tls entries sends each hello to the first entry that matches", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(ENTRY, { maxLength: 6 }), async (entries) => {
      const list = (name: string, values: readonly string[]) =>
        values.length === 0
          ? ""
          : `${name}: [ ${
            values.map((one) => JSON.stringify(one)).join(", ")
          } ];`;
      const { text } = await importText(`
listen: ( { host: "127.0.0.1"; port: "1"; } );
protocols: (
${
        entries.map(({ sni, alpn }, index) =>
          `{ name: "tls"; host: "10.0.0.1"; port: "${index + 1}"; ${
            list("sni_hostnames", sni)
          } ${list("alpn_protocols", alpn)} },`
        ).join("\n")
      }
{ name: "anyprot"; host: "10.0.0.1"; port: "99"; }
);`);
      const wrong = wrongTargets(text, (hello) => {
        const index = entries.findIndex(({ sni, alpn }) =>
          (sni.length === 0 ||
            sni.some((one) =>
              hello.sni !== undefined && globFits(one, hello.sni)
            )) &&
          (alpn.length === 0 || alpn.some((one) => hello.alpn.includes(one)))
        );
        return `10.0.0.1:${index < 0 ? 99 : index + 1}`;
      });
      assertEquals(wrong, []);
    }),
    { numRuns: 500 },
  );
});

const KEYS = [
  ...["a.example", "x.a.example", "b.example", "*.a.example", "*.example"],
  ...["a.*", "x.a.*", "~^x", "~example$", "~*^B", '""'],
];

/** The place of the key of a map that nginx takes for a name, or -1. */
function keyOf(keys: readonly string[], name: string): number {
  const fitting = keys.map((key, index) => ({ key, index })).filter(({ key }) =>
    key === '""'
      ? name === ""
      : key.startsWith("~")
      ? new RegExp(key.replace(/^~\*?/, ""), "i").test(name)
      : key.startsWith("*.")
      ? name.endsWith(key.slice(1))
      : key.endsWith(".*")
      ? name.startsWith(key.slice(0, -1))
      : name === key
  );
  const kind = (key: string) =>
    key.startsWith("~")
      ? 3
      : key.endsWith(".*")
      ? 2
      : key.startsWith("*.")
      ? 1
      : 0;
  const [first] = fitting.toSorted((a, b) =>
    kind(a.key) - kind(b.key) ||
    (kind(a.key) === 3 ? a.index - b.index : b.key.length - a.key.length)
  );
  return first?.index ?? -1;
}

Deno.test("import nginx: any map of names, behind any map of ALPN, sends each hello where nginx does", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(fc.constantFrom(...KEYS), { maxLength: 8 }),
      fc.uniqueArray(fc.constantFrom("h2", "acme-tls/1"), { maxLength: 2 }),
      async (keys, alpn) => {
        const { text } = await importText(`stream {
map $ssl_preread_server_name $n { hostnames;
${keys.map((key, index) => `${key} 10.0.0.1:${index + 1};`).join("\n")}
default 10.0.0.1:99; }
map $ssl_preread_alpn_protocols $t {
${alpn.map((one, index) => `~\\b${one}\\b 10.0.0.2:${index + 1};`).join("\n")}
default $n; }
server { listen 127.0.0.1:1; ssl_preread on; proxy_pass $t; } }`);
        const wrong = wrongTargets(text, (hello) => {
          const index = alpn.findIndex((one) => hello.alpn.includes(one));
          if (index >= 0) return `10.0.0.2:${index + 1}`;
          const key = keyOf(keys, hello.sni ?? "");
          return `10.0.0.1:${key < 0 ? 99 : key + 1}`;
        });
        assertEquals(wrong, []);
      },
    ),
    { numRuns: 500 },
  );
});

/** Pieces of configs, sound ones and others. */
const PIECES = [
  ...'listen: ( { host: "a"; port: "1"; } ); protocols: ( ) name "ssh" "tls"'
    .split(" "),
  ...'"regex" regex_patterns: [ "^(a" ] ; is_udp: true; timeout: -1; 0x /* "'
    .split(" "),
  ...'stream { server listen 1; proxy_pass $a; } map $a $b default ~( "" ${x}'
    .split(" "),
  ...'upstream u { weight=0 allow all; geo include x; hostnames; 1-2 [::]:1 "'
    .split(" "),
  ..."-p a:1 --ssh b:2 --tls= -F x --on-timeout $X DAEMON_OPTS= ' \\ [Service]"
    .split(" "),
  "\u2028",
  "\x1b",
  "\ud800",
  "\n",
];

/** Sound configs, to be changed. */
const SOUND = {
  sslh: String.raw`
timeout: 2; on-timeout: "tls"; user: "x";
listen: ( { host: "0.0.0.0"; port: "443"; max_connections: 5; },
  { host: "::"; port: "443"; }, { host: "a"; port: "1"; is_udp: true; },
  { host: "/run/x"; port: ""; is_unix: true; proxyprotocol: true; } );
protocols: (
  { name: "ssh"; host: "127.0.0.1"; port: "22"; fork: true; },
  { name: "tls"; host: "b"; port: "1"; sni_hostnames: [ "*.a", "b?" ]; alpn_protocols: [ "h2" ]; },
  { name: "tls"; host: "::1"; port: "2"; proxyprotocol: 2; },
  { name: "regex"; host: "c"; port: "3"; regex_patterns: [ "^(a|b)+\\x00.$" ]; minlength: 9; },
  { name: "teamspeak"; host: "d"; port: "4"; is_udp: true; udp_timeout: 1; },
  { name: "anyprot"; host: "e"; port: "5"; } );`,
  nginx: String.raw`stream {
map $ssl_preread_server_name $n { hostnames; a.b u; *.b c:1; ~^(x|y)\. unix:/s; .c v; default $z; }
map "$ssl_preread_protocol:$n" $t { TLSv1.3:u u; "~^:c" c:2; default $n; }
geo $z { default d:1; 10.0.0.0/8 d:2; }
limit_conn_zone $binary_remote_addr zone=q:1m; proxy_timeout 1m;
upstream u { hash $remote_addr; server a:1 weight=2; server b:2 backup max_fails=1; }
upstream v { least_conn; server a:1 down; }
server { listen 443 backlog=5; listen [::]:443; ssl_preread on; proxy_pass $t;
  allow 10.0.0.0/8; deny all; limit_conn q 4; proxy_protocol on; }
server { listen 8000-8002 udp; proxy_pass v; }
server { listen 1 proxy_protocol; set_real_ip_from 10.0.0.0/8; proxy_pass $ssl_preread_server_name:1; } }`,
} as const;

/** The words of each format. */
const WORDS = {
  sslh: /"[^"\n]*"|[\w-]+|\S/g,
  nginx: /"[^"\n]*"|[^\s;{}"]+|[;{}]/g,
} as const;

/** A change of a text's words: one is left out, said twice, or another one. */
const CHANGE = fc.record({
  at: fc.nat(400),
  kind: fc.constantFrom("drop", "twice", "other", "swap"),
  other: fc.constantFrom(...PIECES, ...GLOBS, ...KEYS),
});

for (const format of ["sslh", "nginx"] as const) {
  Deno.test(`import ${format}: a sound config that was changed gives a config or a list of problems`, async () => {
    let good = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(CHANGE, { maxLength: 5 }), async (changes) => {
        const words = SOUND[format].match(WORDS[format])!;
        for (const { at, kind, other } of changes) {
          const place = at % words.length;
          const word = words[place]!;
          const next = words[(place + 1) % words.length]!;
          const replaced = {
            drop: [],
            twice: [word, word],
            other: [other],
            swap: [next, word],
          }[kind];
          words.splice(place, 1, ...replaced);
        }
        const { text, problems } = await importText(words.join(" "), {
          format,
        });
        assertEquals(text === "", problems.length > 0);
        if (text !== "") good++;
      }),
      { numRuns: 150 },
    );
    assert(good > 15, `only ${good} configs were sound`);
  });

  Deno.test(`import ${format}: whatever is in a file, the result is a config or a list of problems`, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(...PIECES), { maxLength: 40 }),
        async (pieces) => {
          const text = pieces.join(" ");
          const files = {
            x: text,
            u: 'server { listen 1; proxy_pass "a:1"; }',
          };
          const { text: config, problems } = await importText(text, {
            format,
            files,
          });
          assertEquals(config === "", problems.length > 0);
        },
      ),
      { numRuns: 400 },
    );
  });
}
