/** The scripts in `findings/`: how each is written; running them takes a network. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { ROOT } from "./support/process.ts";
import { programTest, runWell } from "./support/programs.ts";

const FOLDER = `${ROOT}findings/`;
const NAMES = Array.from(Deno.readDirSync(FOLDER), ({ name }) => name).sort();

/** The packages of `npm install` in a script, such as `deno@2.9.6`. */
function npmPackages(script: string): string[] {
  return [...script.matchAll(/^npm install (.+?)(?: >.*)?$/gm)]
    .flatMap(([, words]) => words!.split(" "))
    .filter((word) => !word.startsWith("--"));
}

for (const name of NAMES) {
  Deno.test(`findings/${name} says what was expected and seen, pins what it runs, and removes its folder`, async () => {
    assertMatch(name, /^[a-z0-9_]+\.sh$/);
    const script = await Deno.readTextFile(FOLDER + name);
    const [comment, code] = script.split("\nset -euo pipefail\n");
    assert(code, "The options of bash come right after the first comment");
    assertMatch(comment!, /^#!\/usr\/bin\/env bash\n# .*\d.*(?:\n# .*)?\n#\n/);
    assertMatch(comment!, /\n# Guess: [^]*\n# Seen: /);
    assertMatch(code, /^tmp=\$\(mktemp -d\)\ntrap 'rm -rf "\$tmp"' EXIT\n/);
    for (const each of npmPackages(script)) {
      assertMatch(each, /.@\d+\.\d+\.\d+$/);
    }
    assert(
      !script.includes("--silent"),
      "npm then hides that a package is gone",
    );
    const { mode } = await Deno.stat(FOLDER + name);
    assertEquals(mode! & 0o111, 0o111);
  });
}

programTest(["bash"], "the findings are valid scripts of bash", async () => {
  for (const name of NAMES) await runWell("bash", ["-n", FOLDER + name]);
});
