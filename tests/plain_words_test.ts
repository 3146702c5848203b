/** The documentation, the help and the detector pages use standard terms. */
import { assertEquals } from "@std/assert";
import { COMMANDS } from "../src/cli/commands.ts";
import { commandHelp } from "../src/cli/help.ts";
import { BUILTINS } from "../src/detect/builtins.ts";
import { DATAGRAM_BUILTINS } from "../src/detect/datagram_builtins.ts";
import { ROOT } from "./support/process.ts";
import { PAGES } from "./support/readme.ts";

/** Turns of phrase that a reader stumbles over, and what to write instead. */
const PLAIN: Readonly<Record<string, string>> = {
  "in doubt": "ambiguous",
  "is borne": "is accepted",
  "are borne": "are accepted",
  "not taken": "not matched, not accepted",
  "passed over": "skipped",
  "without a word": "closes the connection",
  "nobody": "no client, nothing",
  "somebody": "a client, a user",
  "everybody": "all clients, all users",
  "whoever": "clients that",
  "begins alike": "starts with the same bytes",
  "begin alike": "start with the same bytes",
  "gives way": "takes precedence (the other one)",
  "makes way": "takes precedence (the other one)",
  "spelt": "written",
  "at the stop": "after a stop signal",
};

/** Places with such words, over the ends of lines, too. */
function found(place: string, text: string): string[] {
  return Object.entries(PLAIN).flatMap(([words, plain]) => {
    const pattern = new RegExp(`\\b${words.replaceAll(" ", "\\s+")}\\b`, "gi");
    return [...text.matchAll(pattern)].map(({ index }) => {
      const line = text.slice(0, index).split("\n").length;
      return `${place}:${line}: "${words}": expected a standard term: ${plain}`;
    });
  });
}

/** The bench page is a log of measurements. */
const { bench: _, ...READ } = PAGES;

for (const page of Object.values(READ)) {
  const name = page.pathname.slice(ROOT.length);
  Deno.test(`${name} uses standard terms`, async () => {
    assertEquals(found(name, await Deno.readTextFile(page)), []);
  });
}

Deno.test("the help uses standard terms", () => {
  assertEquals(
    COMMANDS.flatMap((command) =>
      found(`help ${command.name}`, commandHelp(command, COMMANDS))
    ),
    [],
  );
});

Deno.test("the pages of the detectors use standard terms", () => {
  assertEquals(
    [...BUILTINS, ...DATAGRAM_BUILTINS].flatMap(({ name, summary, docs }) =>
      found(name, `${summary}\n${JSON.stringify(docs, null, 2)}`)
    ),
    [],
  );
});
