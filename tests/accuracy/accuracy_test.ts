/** The scoring itself, on a corpus made up for it. */
import { assertEquals, assertMatch } from "@std/assert";
import { ROOT } from "../support/process.ts";
import type { Case, Expectation } from "./corpus.ts";
import { score } from "./score.ts";
import { scoreText, share } from "./table.ts";

const GET = "GET /a HTTP/1.1\r\nHost: a.example\r\n\r\n";
const HTTP: Expectation = {
  protocol: "HTTP1",
  http_method: "GET",
  http_uri: "/a",
  http_host: "a.example",
};

/** A flow of one segment. */
function flow(id: string, text: string, rest: Partial<Case>): Case {
  return {
    id,
    transport: "tcp",
    segments: [btoa(text)],
    server_first: false,
    tags: [],
    expect: HTTP,
    ...rest,
  };
}

const FLOWS: readonly Case[] = [
  flow("right", GET, {}),
  flow("another host", GET, { expect: { ...HTTP, http_host: "b.example" } }),
  flow("missed", "\x80\x80", {}),
  flow("broken", "GET / HTTP/3\r\n", {}),
  flow("cut", "GE", { tags: ["truncated"] }),
  flow("in doubt", "\x80\x80", { ambiguous: true }),
  flow("wrong", GET, { expect: { protocol: "SMTP" } }),
  flow("another", "SSH-2.0-x\r\n", {}),
  flow("unlabelled", GET, { expect: { protocol: null } }),
  flow("foreign", "\x80\x80", { expect: { protocol: "SMTP" } }),
];

Deno.test("score() counts what is named right, wrong, broken and not at all", () => {
  const found = score(FLOWS);
  const ids = (oddities: readonly { id: string }[]) =>
    oddities.map(({ id }) => id);
  assertEquals(found.protocols, [
    {
      protocol: "HTTP",
      ...{ flows: 5, matched: 2, broken: 1, right: 3, wrong: 1 },
    },
    {
      protocol: "SSH",
      ...{ flows: 0, matched: 0, broken: 0, right: 0, wrong: 1 },
    },
  ]);
  assertEquals(ids(found.missed), ["missed", "another"]);
  assertEquals(ids(found.broken), ["broken"]);
  assertEquals(ids(found.wrong), ["wrong", "another"]);
  assertEquals(ids(found.unlabelled), ["unlabelled"]);
  assertEquals(found.inexact, ["another host (host)"]);
  assertEquals([found.flows, found.unambiguous], [10, 9]);
  assertEquals(found.differences, []);
});

Deno.test("a share is rounded down, so that only all is 100 %", () => {
  assertEquals(share(9999, 10000), "99.9 %");
  assertEquals(share(3, 3), "100.0 %");
  assertEquals(share(0, 0), "-");
});

Deno.test("deno task accuracy scores any folder of the format", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const lines = FLOWS.map((flow) => JSON.stringify(flow)).join("\n") + "\n";
    const packed = new Blob([lines]).stream()
      .pipeThrough(new CompressionStream("gzip"));
    const none = await accuracy(folder);
    assertEquals(none.code, 1);
    assertMatch(none.stderr, /^Cannot read the corpus: no cases\.jsonl\.gz /);
    await Deno.writeTextFile(`${folder}/cases.jsonl`, lines);
    const text = await accuracy(folder);
    assertEquals([text.code, text.stdout], [0, scoreText(score(FLOWS))]);
    await Deno.remove(`${folder}/cases.jsonl`);
    await Deno.writeFile(`${folder}/cases.jsonl.gz`, packed);
    const json = await accuracy("--json", folder);
    assertEquals(JSON.parse(json.stdout), score(FLOWS));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

/** Runs the task. */
async function accuracy(...args: readonly string[]) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["task", "--quiet", "accuracy", ...args],
    cwd: ROOT,
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}
