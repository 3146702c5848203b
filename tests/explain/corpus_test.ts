/** The corpus of real connections, through the command. */
import { assertEquals, assertNotEquals } from "@std/assert";
import { BUILTINS } from "../../src/detect/builtins.ts";
import { detectorsContext } from "../../src/explain/context.ts";
import { explainFlow } from "../../src/explain/explain_flow.ts";
import { jsonlFlows } from "../../src/explain/jsonl.ts";
import { toRecord } from "../../src/explain/record.ts";
import { explain, recordsOf } from "../support/explain_cli.ts";
import { concat } from "../support/tcp.ts";

const CORPUS = new URL(
  "../../../shared/corpus/cases.jsonl.gz",
  import.meta.url,
);

const present = await Deno.stat(CORPUS).then(() => true, () => false);
if (!present && Deno.env.get("CI") === "true") {
  throw new Error(`The corpus is not there: "${CORPUS}"`);
}

test("explain gives a line for every case", async () => {
  const cases = await new Response(await corpus()).bytes();
  const { code, stdout, stderr } = await explain(
    ["--json", "--jsonl", "cases.jsonl"],
    { "cases.jsonl": cases },
  );
  assertEquals([code, stderr], [0, ""]);
  const wanted = recordsOf(new TextDecoder().decode(cases));
  const records = recordsOf(stdout);
  assertEquals(
    records.map(({ id }) => id),
    wanted.map(({ id }) => id),
  );
  for (const [index, { transport }] of wanted.entries()) {
    const { protocol, notes, verdicts } = records[index]!;
    if (transport === "tcp") assertNotEquals(verdicts, []);
    else assertEquals([protocol, (notes as []).length], [null, 1]);
  }
});

test("whole and in segments, every case is explained the same", async () => {
  const context = detectorsContext(BUILTINS);
  const chunks = await corpus();
  for await (const flow of jsonlFlows({ file: "cases.jsonl", chunks })) {
    const whole = { ...flow, segments: [concat(flow.segments)] };
    assertEquals(
      toRecord(explainFlow(flow, context)),
      toRecord(explainFlow(whole, context)),
    );
  }
});

function test(name: string, fn: () => Promise<void>): void {
  const prefix = present ? "Corpus" : "Corpus is absent";
  Deno.test({ name: `${prefix}: ${name}`, ignore: !present, fn });
}

async function corpus(): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
  const file = await Deno.open(CORPUS);
  return file.readable.pipeThrough(new DecompressionStream("gzip"));
}
