/**
 * Prints how well the built-in detectors name the connections of a corpus:
 * `deno task accuracy [--udp] [--json] [folder]`. The folder holds
 * `cases.jsonl.gz`; it is `../shared/corpus` by default. `--udp`: the flows of
 * datagrams, in place of the connections of TCP.
 */
import { parseArgs } from "@std/cli/parse-args";
import { pathToFileURL } from "node:url";
import { CORPUS, readCorpus } from "./corpus.ts";
import { DATAGRAMS } from "./identify_datagrams.ts";
import { STREAMS } from "./identify_flow.ts";
import { score } from "./score.ts";
import { scoreText } from "./table.ts";

const { json, udp, _: [folder] } = parseArgs(Deno.args, {
  string: "_",
  boolean: ["json", "udp"],
  unknown: (argument, key) => {
    if (key !== undefined) throw new Error(`Unknown option "${argument}"`);
  },
});
const url = folder === undefined ? CORPUS : pathToFileURL(`${folder}/`);
try {
  const detection = udp ? DATAGRAMS : STREAMS;
  const found = score(await readCorpus(url, udp ? "udp" : "tcp"), detection);
  const text = json
    ? JSON.stringify(found, null, 2) + "\n"
    : scoreText(found, detection);
  await Deno.stdout.write(new TextEncoder().encode(text));
} catch (error) {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
  const text =
    `Cannot read the corpus: no cases.jsonl.gz in "${url.pathname}"\n`;
  await Deno.stderr.write(new TextEncoder().encode(text));
  Deno.exitCode = 1;
}
