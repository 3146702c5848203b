/**
 * Two parsers read JSONC: `jsonc-parser`, which gives the loader its positions,
 * and `@std/jsonc`. They accept the same texts and read the same in them.
 */
import { assert, assertEquals } from "@std/assert";
import { type JsonValue, parse } from "@std/jsonc";
import * as fc from "../../src/testing/fast_check.ts";
import { parseSource, plainValue } from "../../src/config/source.ts";
import { ROOT } from "../support/process.ts";
import { PAGES } from "../support/readme.ts";
import { bytesOf } from "../support/tcp.ts";
import { BAD_CONFIGS } from "./bad_configs.ts";

/** What the loader refuses in JSONC that is well formed. */
const STRICTER =
  /^(?:Duplicate name|Nested too deep|The file is not valid UTF-8|The file is UTF-16)/;

/** Fails unless both read the same, or both refuse. @returns Whether they read. */
function assertAgreed(config: string | Uint8Array): boolean {
  const bytes = typeof config === "string" ? bytesOf(config) : config;
  const text = new TextDecoder().decode(bytes);
  const { root, diagnostics } = parseSource("x", bytes);
  let value: JsonValue | undefined;
  let refused: string | null = null;
  try {
    value = parse(text);
  } catch (error) {
    refused = String(error);
  }
  const [problem] = diagnostics;
  if (problem === undefined) {
    assert(root !== null && refused === null, `${refused} in ${text}`);
    assertEquals<unknown>(plainValue(root), value, text);
    return true;
  }
  assert(
    refused !== null || STRICTER.test(problem.message),
    `${problem.message} in ${text}`,
  );
  return false;
}

/** Every file below a folder whose name ends so. */
async function filesIn(folder: string, ending: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const path = `${folder}/${name}`;
    if (isDirectory) found.push(...await filesIn(path, ending));
    else if (name.endsWith(ending)) found.push(await Deno.readTextFile(path));
  }
  return found;
}

const CONFIGS = await filesIn(`${ROOT}configs`, ".jsonc");

Deno.test("JSONC: both parsers read every config of configs/, deno.json and the schema the same", async () => {
  const more = ["deno.json", "configs/passthru.schema.json"];
  const files = more.map((name) => Deno.readTextFile(`${ROOT}${name}`));
  for (const text of [...CONFIGS, ...await Promise.all(files)]) {
    assert(assertAgreed(text), text);
  }
  assert(CONFIGS.length > 10);
});

Deno.test("JSONC: both read the samples of the documentation the same", async () => {
  for (const page of Object.values(PAGES)) {
    const text = await Deno.readTextFile(page);
    for (const [, block] of text.matchAll(/```jsonc\n(.*?)```/gs)) {
      assert(assertAgreed(block!) || assertAgreed(`{ ${block} }`), block);
    }
  }
});

Deno.test("JSONC: both accept and refuse the same of the bad configs", () => {
  const read = BAD_CONFIGS.map(({ text }) => assertAgreed(text));
  assert(read.includes(true) && read.includes(false));
});

/** White space and comments, which may stand between any two tokens. */
const gap = fc.array(
  fc.constantFrom(" ", "\t", "\n", "\r\n", "// it's\n", '/* " */', "/**/"),
  { maxLength: 2 },
).map((parts) => parts.join(""));

/** A value, written with gaps and with commas behind the last entry. */
const { written } = fc.letrec<{ written: string }>((tie) => {
  const list = (open: string, entry: fc.Arbitrary<string>, close: string) =>
    fc.tuple(fc.array(entry, { maxLength: 3 }), gap, fc.boolean()).map(
      ([entries, space, trailing]) => {
        const comma = trailing && entries.length > 0 ? "," : "";
        return open + entries.join(",") + comma + space + close;
      },
    );
  const name = fc.oneof(
    fc.string({ unit: "binary", maxLength: 4 }),
    fc.constantFrom("__proto__", "constructor", "toString", ""),
  ).map((text) => JSON.stringify(text));
  const scalar = fc.oneof(
    fc.jsonValue({ maxDepth: 0, stringUnit: "binary" }),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
  ).map((value) => JSON.stringify(value));
  const entry = fc.tuple(gap, name, gap, tie("written"))
    .map(([before, key, after, value]) => `${before}${key}${after}:${value}`);
  return {
    written: fc.tuple(
      gap,
      fc.oneof(
        { depthSize: "small" },
        scalar,
        list("[", tie("written"), "]"),
        list("{", entry, "}"),
      ),
      gap,
    ).map((parts) => parts.join("")),
  };
});

Deno.test("JSONC: both read whatever is well formed, with comments and trailing commas", () => {
  fc.assert(fc.property(written, (text) => {
    const read = assertAgreed(text);
    assert(
      read || STRICTER.test(
        parseSource("x", bytesOf(text))
          .diagnostics[0]!.message,
      ),
    );
  }));
});

/** What texts are made of, well formed or not. */
const TOKENS = [
  ...["{", "}", "[", "]", ",", ":", "'", '"', "\\", "/", "*/", "/*", "//", "#"],
  ...[
    '"a"',
    '"b":',
    '"__proto__":',
    '"\\n"',
    '"\\x"',
    '"\\u00e9"',
    '"\\u00g0"',
  ],
  ...['"\\ud800"', '"\t"', '"\n"', '"\u0001"', '"\u2028"', '"\\"', '"\\\\"'],
  ...["0", "-0", "01", "1.", ".5", "1e", "1E+3", "+1", "--1", "1e999", "0x10"],
  ...["true", "false", "null", "nul", "truex", "NaN", "Infinity", "undefined"],
  ...[" ", "\n", "\r", "\v", "\f", "\0", "\u00a0", "\ufeff", "\u2028", "x"],
];

Deno.test("JSONC: both refuse the same of random tokens", () => {
  const soup = fc.array(fc.constantFrom(...TOKENS), { maxLength: 9 });
  fc.assert(
    fc.property(soup, (parts) => {
      assertAgreed(parts.join(""));
    }),
    { numRuns: 5_000 },
  );
});

Deno.test("JSONC: both refuse the same of configs with a fault", () => {
  const fault = fc.record({
    config: fc.constantFrom(...CONFIGS),
    at: fc.nat(),
    cut: fc.nat(3),
    put: fc.constantFrom("", ...TOKENS),
  });
  fc.assert(
    fc.property(fault, ({ config, at, cut, put }) => {
      const start = at % (config.length + 1);
      assertAgreed(config.slice(0, start) + put + config.slice(start + cut));
    }),
    { numRuns: 500 },
  );
});
