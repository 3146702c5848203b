/**
 * Files with bounds that are as large as they may be: whoever writes one can
 * neither make loading fail nor have it take minutes.
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { addAll } from "../../../src/config/add_all.ts";
import { loadFiles } from "../../support/included.ts";

const MAIN = `{ "version": "v1.0.0",
  "include": [{ "files": "*", "within": { "listeners": [":443"], "to": ["10.0.0.0/8"] } }],
  "servers": { ":443": { "TLS": { "SNI z.org": "10.0.0.1:1" } } } }`;
const SRC = new URL("../../../src/", import.meta.url);
/** More than the runtime takes as arguments of one call. */
const MANY = 150_000;
const TARGET = "10.0.0.2:1";

/** A text for each number, in a list. */
function each(count: number, text: (i: number) => string): string[] {
  return Array.from({ length: count }, (_, i) => text(i));
}

/** The number in three bytes of an address. */
function bytesOf(i: number): string {
  return `${i >> 16}.${i >> 8 & 255}.${i & 255}`;
}

/** What is said of files with these rules; of several messages, the first. */
function said(...files: (readonly [protocol: string, rules: object])[]) {
  const texts = files.map(([protocol, rules], i) =>
    [
      `f${i}`,
      JSON.stringify({ servers: { ":443": { [protocol]: rules } } }),
    ] as const
  );
  return firstOf(Object.fromEntries(texts));
}

function firstOf(files: Record<string, string>): string | undefined {
  const { diagnostics } = loadFiles(MAIN, [files]);
  return diagnostics.find(({ severity }) => severity === "error")?.message;
}

/** Rules that forward to one target. */
function rules(texts: readonly string[]): Record<string, string> {
  return Object.fromEntries(texts.map((text) => [text, TARGET]));
}

Deno.test("size: things are added to a list, however many they are", () => {
  const list = [-1];
  addAll(list, each(MANY, String).map(Number));
  assertEquals([list.length, list.at(-1)], [MANY + 1, MANY - 1]);
});

Deno.test("size: no list of the config is an argument list", async () => {
  const found: string[] = [];
  const folders = ["config/", "config/include/", "rule/"];
  for (const folder of folders.map((name) => new URL(name, SRC))) {
    for await (const { name, isFile } of Deno.readDir(folder)) {
      const text = isFile ? await Deno.readTextFile(new URL(name, folder)) : "";
      if (/push\(\s*\.\.\.(?!more)/.test(text)) found.push(name);
    }
  }
  assertEquals(found, []);
});

Deno.test("size: servers that a file may not have are not looked at any further", () => {
  const servers = each(20_000, (i) => `":${i + 500}":{}`).join();
  assertEquals(
    firstOf({ f: `{"servers":{${servers}}}` }),
    'Server ":500" is not allowed in this file',
  );
});

Deno.test("size: of many targets those that are the same are found", () => {
  const targets = each(20_000, (i) => `10.${bytesOf(i)}:1`);
  const to = (to_addr: string[]) => ({
    "SNI a.org": { action: "FORWARD", to_addr },
  });
  assertEquals(said(["TLS", to(targets)]), undefined);
  assertMatch(
    said(["TLS", to([...targets, "10.0.0.7:1"])])!,
    /^Target "10\.0\.0\.7:1" is in the list twice/,
  );
});

Deno.test("size: a rule with two lists of hosts stands for all pairs of them", () => {
  const list = each(500, (i) => `h${i}.org`).join();
  assertEquals(
    said(["HTTP", rules([`HOST ${list} HOST ${list}`])]),
    "The rule stands for 250000 rules, one for each pair of hosts: expected at most 10000",
  );
});

Deno.test("size: rules without a host are compared with those of other files as far as that is quick", () => {
  const from = (net: number, count: number) =>
    rules(each(count, (i) => `FROM ${net}.${bytesOf(i)}`));
  assertEquals(
    said(["SSH", from(1, 1_000)], ["SSH", from(2, 1_000)]),
    undefined,
  );
  assertEquals(
    said(["SSH", from(1, 1_001)]),
    "The file has 1001 rules without a condition on the host: expected at most 1000",
  );
  const long = (net: number) =>
    rules([`FROM ${each(2_000, (i) => `${net}.${bytesOf(i)}`).join()}`]);
  assertMatch(
    said(["SSH", long(1)], ["SSH", long(2)])!,
    /^Rule "FROM .*" cannot be compared with all rules of other files/,
  );
});

Deno.test("size: what is said of many rules takes no longer than they do", () => {
  const count = 10_000;
  const rejected = each(count, (i) => `HOST h${i}.org`)
    .map((rule) => [rule, { action: "REJECT" }]);
  const from = rules(each(count, (i) => `HOST f${i}.org FROM 10.0.0.0/8`));
  const open = rules(each(count, (i) => `HOST o${i}.org PATH /`));
  const { diagnostics } = loadFiles(MAIN, [{
    f0: JSON.stringify({
      servers: { ":443": { HTTP: Object.fromEntries(rejected) } },
    }),
    f1: JSON.stringify({ servers: { ":443": { HTTP: { ...from, ...open } } } }),
  }]);
  const warned = diagnostics.filter(({ severity }) => severity === "warning");
  assertEquals(warned.length, 2 * count);
});

Deno.test("size: many words that nobody knows, in one rule or in many", () => {
  const unknown = /^Unknown rule word "W0" of TLS/;
  const words = each(MANY, (i) => `W${i} x`);
  assertMatch(said(["TLS", rules([words.join(" ")])])!, unknown);
  assertMatch(said(["TLS", rules(words)])!, unknown);
});

Deno.test("size: the many conditions of a rule are compared as far as that is quick", () => {
  const all = each(20_000, (i) => `!SNI h${i}.org`);
  const long = all.join(" ");
  assertEquals(
    said(["TLS", rules([`SNI z.net ${long}`, `SNI y.net ${long}`])]),
    undefined,
  );
});

Deno.test("size: a list of hosts beside conditions that are long", () => {
  const hosts = (count: number) => each(count, (i) => `h${i}.net`).join();
  const from = `FROM ${each(100_000, (i) => `10.${bytesOf(i)}`).join()}`;
  assertMatch(
    said(["TLS", rules([`SNI ${hosts(5_000)} ${from}`])])!,
    /^The rule stands for 5000 rules, one for each host: expected fewer hosts/,
  );
  assertEquals(said(["TLS", rules([`SNI ${hosts(50)} ${from}`])]), undefined);
});

Deno.test("size: no message repeats a text of any length", () => {
  const hosts = each(2_000, (i) => `h${i}.net`).join();
  const wide = `SNI ${hosts} FROM ${
    each(2_000, (i) => `10.${bytesOf(i)}`).join()
  }`;
  const narrow = each(100, (i) => `${wide} !SNI a${i}.net`);
  const long = "X".repeat(10_000);
  const { diagnostics } = loadFiles(MAIN, [{
    f0: JSON.stringify({
      servers: {
        [long]: {},
        ":443": {
          TLS: { ...rules([wide, ...narrow, long, `SNI ${long}`]), [long]: 1 },
          [long]: {},
        },
      },
      [long]: {},
    }),
  }]);
  assert(diagnostics.length > 100);
  for (const { message } of diagnostics) assert(message.length < 1_000);
});

Deno.test("size: of very many errors of one kind some are looked for", () => {
  const server = (protocols: unknown) => ({ servers: { ":443": protocols } });
  const to = (to_addr: unknown) =>
    server({ TLS: { "SNI a.org": { action: "FORWARD", to_addr } } });
  const many = 200_000;
  const twice = JSON.stringify(to("10.0.0.2:1"))
    .replace('"10.0.0.2:1"', `"10.0.0.2:1"${',"name":"x"'.repeat(many)}`);
  const fields = Object.fromEntries(
    each(many, (i) => `x${i}`).map((x) => [x, 1]),
  );
  const files: [text: string, first: RegExp][] = [
    ["{\n".repeat(30) + "x\n".repeat(many), /^Expected a name/],
    [twice, /^Duplicate name "name"/],
    [
      JSON.stringify(to("10.0.0.2:1")).replace(
        '"action"',
        JSON.stringify(fields).slice(1, -1) + ',"action"',
      ),
      /^Unknown field "x0"/,
    ],
    [JSON.stringify(to(each(many, () => "x"))), /^Invalid target "x"/],
    [
      JSON.stringify(to(each(many, (i) => `11.${bytesOf(i)}:1`))),
      /^Target "11\.0\.0\.0:1" is not allowed/,
    ],
    [
      JSON.stringify(to(each(many, () => "1").map(Number))),
      /^Invalid entry of "to_addr": found 1,/,
    ],
    [
      JSON.stringify(
        server({ TLS: rules([each(many, () => "a b").join(" ")]) }),
      ),
      /^Unknown rule word "a"/,
    ],
  ];
  for (const [f, first] of files) {
    const { diagnostics } = loadFiles(MAIN, [{ f }]);
    const errors = diagnostics.filter(({ severity }) => severity === "error");
    assertMatch(errors[0]!.message, first);
    assert(errors.length <= 2_010, `${first}: ${errors.length}`);
  }
});

Deno.test("size: warnings leave out nothing of a rule", () => {
  const protocols = each(1_500, () => "ALPN htpp/1.1").join(" ");
  const { plan, diagnostics } = loadFiles(MAIN, [{
    f: JSON.stringify({
      servers: { ":443": { TLS: rules([`SNI a.org ${protocols}`]) } },
    }),
  }]);
  assert(diagnostics.length > 1_000);
  const { rules: read } = plan!.listeners[0]!.protocols[0]!;
  assertEquals(read.at(-1)!.conditions.length, 1_501);
});
