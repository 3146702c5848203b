/** A detector module imports code and nothing else. */
import {
  assert,
  assertEquals,
  assertNotEquals,
  assertRejects,
} from "@std/assert";
import { pathToFileURL } from "node:url";
import { moduleDigest } from "../../src/modules/module_digest.ts";
import { readModule } from "../../src/modules/module_graph.ts";

/** Runs with these files in a folder of their own. */
async function withFiles(
  files: Readonly<Record<string, string>>,
  run: (urlOf: (name: string) => URL) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    for (const [name, text] of Object.entries(files)) {
      await Deno.writeTextFile(`${folder}/${name}`, text);
    }
    await run((name) => pathToFileURL(`${folder}/${name}`));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const names = (files: readonly { url: string }[]) =>
  files.map(({ url }) => url.split("/").at(-1));

Deno.test("readModule() follows what is imported from disk, each file once", async () => {
  const files = {
    "a.ts": `
import { x } from "./b.ts";
import"./c.ts";
export * from /* a comment */ './b.ts';
import {
  match,
} from "@passthru/passthru/detector";
import fs from "node:fs";
// import y from "./not_there.ts";
`,
    "b.ts": 'export const x = 1; export { z } from // why\n "./c.ts";',
    "c.ts": 'import "./a.ts"; export const z = 2;',
  };
  await withFiles(files, async (urlOf) => {
    assertEquals(names(await readModule(urlOf("a.ts"))), [
      "a.ts",
      "b.ts",
      "c.ts",
    ]);
  });
});

const REFUSED: readonly [text: string, problem: string][] = [
  [
    'import t from "/etc/passwd" with { type: "text" };',
    "a.ts:1:29: import attributes (with { … }) are not allowed, they could read any file",
  ],
  [
    "\n  export { default } from './x.json'\nwith/* */{type:'json'}",
    "a.ts:3:1: import attributes (with { … }) are not allowed, they could read any file",
  ],
  [
    'import t from "./x" with // {\n\u2028 { "type": "bytes" };',
    "a.ts:1:21: import attributes (with { … }) are not allowed, they could read any file",
  ],
  [
    'import t from "data:text/javascript,import%20t%20from%20%22/etc/passwd%22";',
    'a.ts:1:10: import of "data:text/javascript,import%20t%20from%20%22/etc/passwd%22" is not allowed, expected a path such as "./words.ts"',
  ],
  [
    'import "npm:left-pad";',
    'a.ts:1:1: import of "npm:left-pad" is not allowed, expected a path such as "./words.ts"',
  ],
  [
    String.raw`import t from "d\x61ta:,";`,
    String
      .raw`a.ts:1:10: import of "d\\x61ta:," is not allowed, expected a path such as "./words.ts"`,
  ],
];

for (const [text, problem] of REFUSED) {
  Deno.test(`readModule() refuses ${JSON.stringify(text)}`, async () => {
    await withFiles({ "a.ts": text }, async (urlOf) => {
      const error = await assertRejects(() => readModule(urlOf("a.ts")), Error);
      assertEquals(error.message, problem);
    });
    const files = {
      "b.ts": 'import x from "./a.ts"; export default x;',
      "a.ts": text,
    };
    await withFiles(files, async (urlOf) => {
      const error = await assertRejects(() => readModule(urlOf("b.ts")), Error);
      assertEquals(error.message, problem);
    });
  });
}

Deno.test("readModule() looks at no file of passthru's own, however many there are", async () => {
  const greeter = new URL(
    "../../configs/detectors/greeter.ts",
    import.meta.url,
  );
  assertEquals(names(await readModule(greeter)), ["greeter.ts"]);
});

Deno.test("moduleDigest() is another one when something that is imported changes", async () => {
  const digestWith = async (words: string) => {
    let digest = "";
    const files = { "a.ts": 'import "./words.ts";', "words.ts": words };
    await withFiles(files, async (urlOf) => {
      digest = await moduleDigest(urlOf("a.ts"));
    });
    assert(/^[\da-f]{64}$/.test(digest), digest);
    return digest;
  };
  assertEquals(await digestWith("1;"), await digestWith("1;"));
  assertNotEquals(await digestWith("1;"), await digestWith("2;"));
});
