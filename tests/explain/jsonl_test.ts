import { assert, assertEquals, assertMatch } from "@std/assert";
import * as fc from "../../src/testing/fast_check.ts";
import { PassthruError } from "../../src/errors.ts";
import type { Flow } from "../../src/explain/flow.ts";
import { jsonPlace, jsonProblem } from "../../src/explain/json_place.ts";
import { jsonlFlows } from "../../src/explain/jsonl.ts";
import { chunksOf } from "../support/flows.ts";
import { bytesOf, textOf } from "../support/tcp.ts";

/** Reads lines; the error's message behind the flows, when there is one. */
async function read(
  text: string | Uint8Array,
  chunkBytes = 65536,
): Promise<(Flow | string)[]> {
  const bytes = typeof text === "string" ? bytesOf(text) : text;
  const read: (Flow | string)[] = [];
  try {
    const chunks = chunksOf(bytes, chunkBytes);
    for await (const flow of jsonlFlows({ file: "x", chunks })) read.push(flow);
  } catch (error) {
    assert(error instanceof PassthruError, String(error));
    assertEquals(error.code, "bad_input");
    read.push(error.message);
  }
  return read;
}

const LINE =
  '{"id":"a","transport":"tcp","segments":["aGk=","IQ=="],"more":[1]}';

Deno.test("jsonl: a line is a flow, whatever the chunks", async () => {
  const text = `${LINE}\r\n\n  \n{"segments":[],"id":7,"transport":"udp"}`;
  for (const chunkBytes of [1, 3, 10, 1000]) {
    const flows = await read(text, chunkBytes) as Flow[];
    assertEquals(
      flows.map(({ id, transport, segments, end, notes }) => [
        id,
        transport,
        segments.map(textOf),
        end,
        notes,
      ]),
      [["a", "tcp", ["hi", "!"], "open", []], ["7", "udp", [], "open", []]],
    );
  }
  assertEquals(
    (await read('{"id":"a","segments":[]}') as Flow[])[0]!.transport,
    "tcp",
  );
});

Deno.test("jsonl: what is wrong is said with line and column; the lines before count", async () => {
  const bad: [string, string][] = [
    ["{", "1:2: found the end of the line, expected a name in double quotes"],
    ["nul", '1:1: found "n", expected a value'],
    ['{"id" 1}', '1:7: found "1", expected ":"'],
    ['{"\u{1f600}":1,}', '1:8: found "}", expected a name in double quotes'],
    ['{"id":"a"]', '1:10: found "]", expected "," or "}"'],
    ['["a" "b"]', '1:6: found "\\"", expected "," or "]"'],
    ['"a\\x"', '1:3: found "\\\\", expected an escape of JSON'],
    ['"a\tb"', '1:3: found "\\t", expected the end of the string (")'],
    ['{"id":"a"} x', '1:12: found "x", expected the end of the line'],
    ["[1,2]", "1:1: expected an object"],
    ["7", "1:1: expected an object"],
    ['{"segments":[]}', '1:1: "id" is missing or no string'],
    [' {"id":null}', '1:8: "id" is missing or no string'],
    [
      '{"id":"a","transport":6}',
      '1:23: "transport" is no string: expected "tcp" or "udp"',
    ],
    [
      '{"id":"a","segments":"aGk="}',
      '1:22: "segments" is missing or no array of base64',
    ],
    ['{"id":"a","segments":["aGk=", "*"]}', "1:31: segment 1 is not base64"],
    ['{"id":"a","segments":["aGk=" , 5]}', "1:32: segment 1 is not base64"],
    [
      '{"segments":["aGk="],"id":"a","segments":["*"]}',
      "1:43: segment 0 is not base64",
    ],
  ];
  for (const [line, message] of bad) {
    assertEquals(await read(line), [`x:${message}`]);
    const after = await read(`${LINE}\n\n${line}\n${LINE}`);
    assertEquals(after.length, 2);
    assertEquals(after[1], `x:${message.replace("1:", "3:")}`);
  }
});

Deno.test("jsonl: a line that is too long or too deep ends in an error of ours", async () => {
  const long = new Uint8Array(17 * 1024 * 1024).fill(0x20);
  assertEquals(await read(long), [
    "x:1:16777217: the line is longer than 16777216 bytes",
  ]);
  const deep = "[".repeat(100_000);
  assertEquals(await read(deep), [
    'x:1:258: found "[", expected less nesting',
  ]);
  const closed = `{"id":[],"x":${deep}${"]".repeat(100_000)}}`;
  assertMatch(String((await read(closed))[0]), /^x:1:\d+: /);
});

Deno.test("jsonl: random bytes and changed lines end in flows or in an error of ours", async () => {
  await fc.assert(fc.asyncProperty(fc.uint8Array(), async (bytes) => {
    await read(bytes);
  }));
  const part = fc.constantFrom(
    ...'{}[]:,"\\u0 1a\n',
    '"id"',
    '"segments"',
    "null",
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(part, { maxLength: 40 }),
      fc.nat(LINE.length),
      async (parts, at) => {
        await read(LINE.slice(0, at) + parts.join("") + LINE.slice(at));
      },
    ),
    { numRuns: 500 },
  );
});

Deno.test("jsonProblem() agrees with JSON.parse about what is JSON", () => {
  const texts = fc.oneof(
    fc.json(),
    fc.tuple(fc.json(), fc.nat(), fc.string({ maxLength: 2 })).map((
      [text, place, put],
    ) => {
      const at = place % (text.length + 1);
      return text.slice(0, at) + put + text.slice(at + 1);
    }),
  );
  fc.assert(
    fc.property(texts, (text) => {
      let valid = true;
      try {
        JSON.parse(text);
      } catch {
        valid = false;
      }
      assertEquals(jsonProblem(text) === null, valid, text);
    }),
    { numRuns: 2000 },
  );
});

Deno.test("jsonPlace() finds a value, or the nearest one around it", () => {
  const text = '{"a": [1, {"b": "x"}], "c": null}';
  const places: [(string | number)[], number][] = [
    [[], 0],
    [["a"], 6],
    [["a", 0], 7],
    [["a", 1, "b"], 16],
    [["a", 2], 6],
    [["c"], 28],
    [["c", 1], 28],
    [["z"], 0],
  ];
  for (const [path, place] of places) {
    assertEquals(jsonPlace(text, path), place, path.join("."));
  }
});
