import { assertEquals } from "@std/assert";
import * as fc from "../../src/testing/fast_check.ts";
import { TcpReassembly } from "../../src/explain/tcp_reassembly.ts";
import { bytesOf, concat, noise, textOf } from "../support/tcp.ts";

const BASE = 1000;
const LIMIT = 64;

function reassemble(
  parts: readonly (readonly [at: number, text: string])[],
  base = BASE,
  limit = LIMIT,
) {
  const stream = new TcpReassembly(base, limit);
  for (const [at, text] of parts) {
    stream.add((base + at) >>> 0, bytesOf(text));
  }
  return { segments: stream.segments.map(textOf), hasGap: stream.hasGap };
}

Deno.test("TcpReassembly: segments in order stay cut as they came", () => {
  assertEquals(reassemble([[0, "ab"], [2, "c"], [3, "def"]]), {
    segments: ["ab", "c", "def"],
    hasGap: false,
  });
});

Deno.test("TcpReassembly: what comes too early waits", () => {
  assertEquals(reassemble([[2, "cd"], [5, "f"], [0, "ab"], [4, "e"]]), {
    segments: ["ab", "cd", "e", "f"],
    hasGap: false,
  });
  assertEquals(reassemble([[0, "a"], [2, "c"]]), {
    segments: ["a"],
    hasGap: true,
  });
});

Deno.test("TcpReassembly: of bytes that come twice the first copy counts", () => {
  const cases: [readonly (readonly [number, string])[], string][] = [
    [[[0, "abc"], [0, "XYZ"]], "abc"],
    [[[0, "abc"], [1, "XYZ"]], "abcZ"],
    [[[2, "cd"], [0, "XXXX"]], "XXcd"],
    [[[1, "b"], [3, "d"], [0, "XXXXX"]], "XbXdX"],
    [[[3, "d"], [1, "XXX"], [0, "a"]], "aXXd"],
    [[[2, "cde"], [3, "X"], [1, "XX"], [0, "a"]], "aXcde"],
    [[[1, "bc"], [2, "XXX"], [0, "a"]], "abcXX"],
  ];
  for (const [parts, text] of cases) {
    assertEquals(reassemble(parts).segments.join(""), text);
  }
});

Deno.test("TcpReassembly: what comes before the first byte is left out", () => {
  assertEquals(reassemble([[-3, "xyz"], [-1, "ya"]]).segments, ["a"]);
  assertEquals(reassemble([[-9, "xyz"]]).segments, []);
});

Deno.test("TcpReassembly: nothing is kept behind the limit", () => {
  assertEquals(reassemble([[0, "abc"], [3, "def"]], BASE, 4).segments, [
    "abc",
    "d",
  ]);
  assertEquals(reassemble([[4, "e"], [9, "j"]], BASE, 4), {
    segments: [],
    hasGap: false,
  });
});

Deno.test("TcpReassembly: sequence numbers wrap", () => {
  for (const base of [2 ** 32 - 1, 2 ** 32 - 3, 2 ** 31 - 2, 2 ** 31]) {
    const { segments } = reassemble([[4, "ef"], [2, "cd"], [0, "ab"]], base);
    assertEquals(segments.join(""), "abcdef", String(base));
  }
});

Deno.test("TcpReassembly: a segment is copied", () => {
  const stream = new TcpReassembly(0, LIMIT);
  for (const [at, text] of [[0, "a"], [2, "c"], [3, "d"], [1, "b"]] as const) {
    const segment = bytesOf(text);
    stream.add(at, segment);
    segment.fill(0);
  }
  assertEquals(textOf(concat(stream.segments)), "abcd");
});

Deno.test("TcpReassembly: cut, shuffled and repeated at random, the bytes are the same", () => {
  const part = fc.tuple(fc.nat(299), fc.integer({ min: 1, max: 60 }));
  fc.assert(fc.property(
    fc.integer({ min: 0, max: 2 ** 32 - 1 }),
    fc.array(part, { maxLength: 60 }),
    fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 40 }),
    (base, parts, swaps) => {
      const bytes = noise(300);
      // All of it, in pieces of 10, among the others.
      const all: [number, number][] = [
        ...parts,
        ...Array.from(
          { length: 30 },
          (_, i) => [10 * i, 10] as [number, number],
        ),
      ];
      for (const [a, b] of swaps) {
        const [i, j] = [a % all.length, b % all.length];
        [all[i], all[j]] = [all[j]!, all[i]!];
      }
      const stream = new TcpReassembly(base, 1000);
      for (const [at, length] of all) {
        stream.add((base + at) >>> 0, bytes.subarray(at, at + length));
      }
      assertEquals(concat(stream.segments), bytes);
      assertEquals(stream.hasGap, false);
      assertEquals(stream.length, 300);
    },
  ));
});
