/** The corpus of real connections, through the command. */
import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { BUILTINS } from "../../src/detect/builtins.ts";
import { DATAGRAM_BUILTINS } from "../../src/detect/datagram_builtins.ts";
import { detectorsContext } from "../../src/explain/context.ts";
import { explainFlow } from "../../src/explain/explain_flow.ts";
import { jsonlFlows } from "../../src/explain/jsonl.ts";
import { toRecord } from "../../src/explain/record.ts";
import { CORPUS as FOLDER, readCorpus } from "../accuracy/corpus.ts";
import { DATAGRAMS } from "../accuracy/identify_datagrams.ts";
import { explain, recordsOf } from "../support/explain_cli.ts";
import { concat } from "../support/tcp.ts";

const CORPUS = new URL("cases.jsonl.gz", FOLDER);

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
  for (const { verdicts } of records) assertNotEquals(verdicts, []);
  const flows = records.filter((_, index) =>
    wanted[index]!.transport === "udp"
  );
  const named = (name: string) =>
    flows.filter(({ protocol }) => protocol === name).length;
  assert(named("QUIC") > 60 && named("DNS") > 15, `${named("QUIC")} of QUIC`);
});

test("explain names UDP flows as the accuracy test does, and the pieces of each hello", async () => {
  const context = detectorsContext(BUILTINS, DATAGRAM_BUILTINS);
  const chunks = await corpus();
  const cases = new Map(
    (await readCorpus(FOLDER, "udp")).map((c) => [c.id, c]),
  );
  for await (const flow of jsonlFlows({ file: "cases.jsonl", chunks })) {
    if (flow.transport !== "udp") continue;
    const { id, protocol, datagrams } = toRecord(explainFlow(flow, context));
    const { name, broken } = DATAGRAMS.name(cases.get(id)!);
    assertEquals(protocol, broken === null ? name : null, id);
    if (protocol !== "QUIC") continue;
    const covered = new Set(
      datagrams!.flatMap(({ pieces }) => pieces).flatMap(([offset, length]) =>
        Array.from({ length }, (_, i) => offset + i)
      ),
    );
    assert(covered.has(0) && covered.size > 200, `${id}: ${covered.size}`);
  }
});

test("whole and in segments, every case is explained the same", async () => {
  const context = detectorsContext(BUILTINS);
  const chunks = await corpus();
  for await (const flow of jsonlFlows({ file: "cases.jsonl", chunks })) {
    // The borders of datagrams are not those of segments.
    if (flow.transport !== "tcp") continue;
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
