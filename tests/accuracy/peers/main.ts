/** Runs the peers, keeps what came of it and shows it: `--peers`. */
import { readCorpus } from "../corpus.ts";
import { picture } from "./picture.ts";
import { PICTURE, RESULTS, type Results } from "./results.ts";
import { scorePeers } from "./run.ts";
import {
  byProtocol,
  byWay,
  confusions,
  summary,
  type Table,
} from "./tables.ts";

/** Runs all peers on a corpus. */
export async function runPeers(corpus: URL): Promise<void> {
  const flows = await readCorpus(corpus);
  const results: Results = {
    date: new Date().toISOString().slice(0, 10),
    peers: await scorePeers(flows, print),
  };
  await Deno.writeTextFile(RESULTS, JSON.stringify(results, null, 2) + "\n");
  await Deno.writeTextFile(PICTURE, picture(results));
  for (const table of [summary, byProtocol, byWay]) {
    print(`\n${aligned(table(results))}`);
  }
  print(`\n${confusions(results).join("\n")}`);
  print("\ndeno task readme puts it into tests/accuracy/README.md");
}

function print(text: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));
}

function aligned(table: Table): string {
  const widths = table[0]!.map((_, column) =>
    Math.max(...table.map((row) => row[column]!.length))
  );
  return table.map((row) =>
    row.map((cell, column) => cell.padEnd(widths[column]!)).join("  ").trimEnd()
  ).join("\n");
}
