/**
 * Prints how well the built-in detectors name the connections of a corpus:
 * `deno task accuracy [--udp | --peers] [--json] [folder]`. The folder holds
 * `cases.jsonl.gz`; it is `../shared/corpus` by default. `--udp`: the flows of
 * datagrams, in place of the connections of TCP. `--peers`: other programs that
 * name connections, each run on the same flows, which takes some minutes.
 */
import { pathToFileURL } from "node:url";
import { CORPUS, readCorpus } from "./corpus.ts";
import { DATAGRAMS } from "./identify_datagrams.ts";
import { STREAMS } from "./identify_flow.ts";
import { runPeers } from "./peers/main.ts";
import { score } from "./score.ts";
import { taskOptions } from "../support/task_options.ts";
import { scoreText } from "./table.ts";

const { values, argument: folder } = taskOptions({
  task: "accuracy",
  summary:
    "Prints how well the built-in detectors name the connections of a corpus.",
  argument: {
    value: "FOLDER",
    help: 'holds "cases.jsonl.gz" (default: ../shared/corpus)',
  },
  options: {
    udp: { help: "flows of datagrams in place of connections of TCP" },
    peers: { help: "other programs on the same flows; takes some minutes" },
    json: { help: "print JSON" },
  },
});
const udp = values.has("udp");
const url = folder === undefined ? CORPUS : pathToFileURL(`${folder}/`);
try {
  if (values.has("peers")) await runPeers(url);
  else await Deno.stdout.write(new TextEncoder().encode(await scored(url)));
} catch (error) {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
  const text =
    `Cannot read the corpus: no cases.jsonl.gz in "${url.pathname}"\n`;
  await Deno.stderr.write(new TextEncoder().encode(text));
  Deno.exitCode = 1;
}

/** The score of the built-in detectors. */
async function scored(url: URL): Promise<string> {
  const detection = udp ? DATAGRAMS : STREAMS;
  const found = score(await readCorpus(url, udp ? "udp" : "tcp"), detection);
  return values.has("json")
    ? JSON.stringify(found, null, 2) + "\n"
    : scoreText(found, detection);
}
