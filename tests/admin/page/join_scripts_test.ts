import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { joinScripts } from "../../../src/admin/page/join_scripts.ts";

/** Runs joined scripts, of which the last one puts something into `result`. */
function run(joined: string): unknown {
  return new Function(`let result;\n${joined}\nreturn result;`)();
}

Deno.test("joined scripts do what the modules do, each in a scope of its own", () => {
  const joined = joinScripts([
    {
      name: "one",
      text: "const own = 1;\nexport function a() {\n  return own;\n}\n" +
        "export const B = 2;\nexport class C {}\nexport async function d() {}\n",
    },
    {
      name: "two",
      text: 'import { a, B,\n  C, d } from "./one.js";\nconst own = 3;\n' +
        "result = [a(), B, own, typeof C, typeof d];\n",
    },
  ]);
  assertEquals(run(joined), [1, 2, 3, "function", "function"]);
});

Deno.test("what cannot be joined is refused", () => {
  const refused: [string, RegExp][] = [
    ['import { a } from "./later.js";', /x\.js: "later\.js" must stand before/],
    ['import a from "./one.js";', /cannot be joined: "import a from/],
    ['export { a } from "./one.js";', /cannot be joined: "export \{ a \}/],
    ["export default 1;", /cannot be joined: "export default/],
    ['const end = "</script>";', /cannot be joined: "<\/script"/],
    ['const begin = "<!--";', /cannot be joined: "<!--"/],
  ];
  for (const [text, message] of refused) {
    assertMatch(
      assertThrows(() => joinScripts([{ name: "x", text }]), Error).message,
      message,
    );
  }
});
