/** No file of `src/` is long, but for those that say why they are. */
import { assert, assertEquals } from "@std/assert";

const SRC = new URL("../src/", import.meta.url);
const MOST_LINES = 250;
/** What the comment at the top of a longer file says, and then why. */
const REASON = "Longer than 250 lines: ";

/** The files with code below a folder. */
async function* codeIn(folder: URL): AsyncGenerator<URL> {
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    if (isDirectory) yield* codeIn(new URL(`${name}/`, folder));
    else if (/\.(?:ts|js|css|html)$/.test(name)) yield new URL(name, folder);
  }
}

/** Whether a file is longer, and does not say why in its first comment. */
function isTooLong(text: string): boolean {
  const lines = text.split("\n").length - 1;
  const [comment = ""] = text.split("*/");
  return lines > MOST_LINES && !comment.includes(REASON);
}

Deno.test("no file is longer than 250 lines without a reason", async () => {
  const found: string[] = [];
  for await (const file of codeIn(SRC)) {
    if (isTooLong(await Deno.readTextFile(file))) {
      found.push(file.pathname.slice(SRC.pathname.length));
    }
  }
  assertEquals(found.sort(), []);
});

Deno.test("the check of lengths finds a file that is too long", () => {
  const code = "x();\n".repeat(MOST_LINES);
  assert(!isTooLong(code));
  assert(isTooLong(`${code}x();\n`));
  assert(!isTooLong(`/**\n * A.\n *\n * ${REASON}it is one.\n */\n${code}`));
  assert(isTooLong(`/** A. */\n${code}// ${REASON}\n`));
});
