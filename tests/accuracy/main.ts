/**
 * Prints how well the built-in detectors name the connections of a corpus:
 * `deno task accuracy [--json] [folder]`. The folder holds `cases.jsonl.gz`; it
 * is `../shared/corpus` by default.
 */
import { parseArgs } from "@std/cli/parse-args";
import { pathToFileURL } from "node:url";
import { CORPUS, readCorpus } from "./corpus.ts";
import { score } from "./score.ts";
import { scoreText } from "./table.ts";

const { json, _: [folder] } = parseArgs(Deno.args, {
  string: "_",
  boolean: "json",
  unknown: (argument, key) => {
    if (key !== undefined) throw new Error(`Unknown option "${argument}"`);
  },
});
const url = folder === undefined ? CORPUS : pathToFileURL(`${folder}/`);
try {
  const found = score(await readCorpus(url));
  const text = json ? JSON.stringify(found, null, 2) + "\n" : scoreText(found);
  await Deno.stdout.write(new TextEncoder().encode(text));
} catch (error) {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
  const text =
    `Cannot read the corpus: no cases.jsonl.gz in "${url.pathname}"\n`;
  await Deno.stderr.write(new TextEncoder().encode(text));
  Deno.exitCode = 1;
}
