/**
 * The two ways of a SourceReadable into a SinkWritable, callbacks and standard
 * streams: both must do the same.
 */
import {
  assert,
  assertEquals,
  assertRejects,
  assertStrictEquals,
} from "@std/assert";
import * as fc from "../../src/testing/fast_check.ts";
import { type Peeked, StreamFault } from "../../src/net/pipe.ts";
import {
  MOST_USED,
  READ_SIZES,
  ReadBuffers,
} from "../../src/net/read_buffers.ts";
import { SinkWritable, SourceReadable } from "../../src/net/streams.ts";
import { bytesOf, concat, noise } from "../support/tcp.ts";

/** Places in {@linkcode READ_SIZES}. */
const [SMALL, LARGEST] = [3, 6] as const;

/** Gives chunks to reads, as a socket does: never more than fits. */
class ChunkSource {
  /** Sizes of the buffers that were read into. */
  readonly sizes: number[] = [];
  readonly #chunks: Uint8Array[];
  readonly #end: "eof" | Error;

  constructor(chunks: readonly Uint8Array[], end: "eof" | Error = "eof") {
    this.#chunks = chunks.filter((chunk) => chunk.length > 0);
    this.#end = end;
  }

  read(p: Uint8Array): Promise<number | null> {
    this.sizes.push(p.length);
    const [first] = this.#chunks;
    if (first === undefined) {
      return this.#end === "eof"
        ? Promise.resolve(null)
        : Promise.reject(this.#end);
    }
    const count = Math.min(first.length, p.length);
    p.set(first.subarray(0, count));
    if (count === first.length) this.#chunks.shift();
    else this.#chunks[0] = first.subarray(count);
    return Promise.resolve(count);
  }
}

/** Takes some of what it is given, as a socket may. */
class PartialSink {
  readonly #taken: Uint8Array[] = [];
  readonly #most: number;
  /** Fails the write after so many. */
  failsAfter = Infinity;
  fins = 0;
  onWritten = 0;
  ended = 0;

  constructor(most = Infinity) {
    this.#most = most;
  }

  get bytes(): Uint8Array {
    return concat(this.#taken);
  }

  write(p: Uint8Array): Promise<number> {
    if (this.#taken.length >= this.failsAfter) {
      return Promise.reject(new Error("broken"));
    }
    const taken = p.slice(0, this.#most);
    this.#taken.push(taken);
    return Promise.resolve(taken.length);
  }

  closeWrite(): Promise<void> {
    this.fins++;
    return Promise.resolve();
  }
}

interface Ends {
  readonly source: ChunkSource;
  readonly sink: PartialSink;
  readonly peeked?: Peeked;
  /** Whether the sink is to be ended. */
  readonly fin?: boolean;
  readonly buffers?: ReadBuffers;
  /** Hears how it went, when it is piped by callbacks. */
  readonly onDone?: (fault: StreamFault | null) => void;
}

function ends({ source, sink, peeked, fin, buffers, onDone }: Ends) {
  return [
    new SourceReadable({
      source,
      buffers: buffers ?? new ReadBuffers(),
      peeked,
    }),
    new SinkWritable({
      isWriting: false,
      sink,
      onWritten: (count) => sink.onWritten += count,
      onEnded: () => {
        sink.ended++;
        return fin ?? true;
      },
      onDone: onDone ?? (() => {}),
    }),
  ] as const;
}

const WAYS: Record<string, (given: Ends) => Promise<void>> = {
  callbacks(given) {
    return new Promise((resolve, reject) => {
      const onDone = (fault: StreamFault | null) =>
        fault === null ? resolve() : reject(fault);
      const [readable, writable] = ends({ ...given, onDone });
      readable.pipeTo(writable);
    });
  },
  streams(given) {
    const [readable, writable] = ends(given);
    return readable.pipeTo(writable.stream());
  },
};

/** Bytes that were peeked, some of them only after a wait. */
function peekedOf(chunks: readonly Uint8Array[], ended = false): Peeked {
  const left = chunks.filter((chunk) => chunk.length > 0);
  return {
    ended,
    nextPeeked() {
      const next = left.shift() ?? null;
      return left.length % 2 === 0 ? next : Promise.resolve(next);
    },
    dispose() {},
  };
}

for (const [name, pipe] of Object.entries(WAYS)) {
  Deno.test(`${name}: all bytes arrive in order, peeked ones first, however they are cut`, async () => {
    const chunks = fc.array(fc.uint8Array({ maxLength: 3_000 }), {
      maxLength: 8,
    });
    await fc.assert(
      fc.asyncProperty(
        chunks,
        chunks,
        fc.integer({ min: 1, max: 5_000 }),
        async (before, rest, most) => {
          const source = new ChunkSource(rest);
          const sink = new PartialSink(most);
          await pipe({ source, sink, peeked: peekedOf(before) });
          assertEquals(sink.bytes, concat([...before, ...rest]));
          assertEquals(sink.onWritten, sink.bytes.length);
          assertEquals([sink.fins, sink.ended], [1, 1]);
        },
      ),
      { numRuns: 60 },
    );
  });

  Deno.test(`${name}: an end that was peeked is not read again`, async () => {
    const source = new ChunkSource([bytesOf("never")]);
    const sink = new PartialSink();
    await pipe({ source, sink, peeked: peekedOf([bytesOf("all")], true) });
    assertEquals(sink.bytes, bytesOf("all"));
    assertEquals([source.sizes.length, sink.fins], [0, 1]);
  });

  Deno.test(`${name}: a sink whose connection is closed next is not ended`, async () => {
    const sink = new PartialSink();
    const source = new ChunkSource([bytesOf("x")]);
    await pipe({ source, sink, fin: false });
    assertEquals([sink.ended, sink.fins], [1, 0]);
  });

  Deno.test(`${name}: a read that fails is told from a write that fails`, async () => {
    const reading = { source: new ChunkSource([], new Error("reset")) };
    const sink = new PartialSink();
    assertEquals(
      (await assertRejects(
        () => pipe({ ...reading, sink }),
        StreamFault,
      )).operation,
      "read",
    );
    sink.failsAfter = 1;
    const source = new ChunkSource([bytesOf("one"), bytesOf("two")]);
    assertEquals(
      (await assertRejects(
        () => pipe({ source, sink }),
        StreamFault,
      )).operation,
      "write",
    );
    assertEquals(sink.bytes, bytesOf("one"));
    assertEquals([sink.ended, sink.fins], [0, 0]);
  });

  Deno.test(`${name}: a buffer is given back when the sink fails`, async () => {
    const buffers = new ReadBuffers();
    for (let i = 0; i < MOST_USED[LARGEST]; i++) {
      const sink = new PartialSink();
      sink.failsAfter = 3;
      const source = new ChunkSource([noise(2 * READ_SIZES[LARGEST])]);
      await assertRejects(() => pipe({ source, sink, buffers }));
    }
    assertEquals(buffers.acquire(LARGEST).length, READ_SIZES[LARGEST]);
  });

  Deno.test(`${name}: reads begin small, grow while they are filled, and are small again`, async () => {
    const [large, small] = [READ_SIZES[LARGEST], READ_SIZES[SMALL]];
    const source = new ChunkSource([
      noise(3 * large),
      bytesOf("a"),
      bytesOf("b"),
    ]);
    const sink = new PartialSink();
    await pipe({ source, sink });
    assertEquals(source.sizes[0], small);
    assertEquals(Math.max(...source.sizes), large);
    assertEquals(source.sizes.at(-1), small);
  });

  Deno.test(`${name}: a read waits with the smallest buffer that nothing so far has filled`, async () => {
    const [a, b, c, small, burst] = READ_SIZES;
    const lengths = [9, a - 1, a + 9, 9, b, c + small, 9, 9];
    const source = new ChunkSource(lengths.map((length) => noise(length)));
    await pipe({ source, sink: new PartialSink() });
    assertEquals(
      source.sizes,
      [small, a, a, burst, b, b, burst, small, small, small],
    );
  });

  Deno.test(`${name}: what is left of a message counts with what came of it before`, async () => {
    const [a, , c, small, burst] = READ_SIZES;
    const source = new ChunkSource(
      [9, c + 9, 9].map((length) => noise(length)),
    );
    await pipe({ source, sink: new PartialSink() });
    assertEquals(source.sizes, [small, a, burst, small, small]);
  });
}

Deno.test("callbacks: a read waits for more like what was peeked", async () => {
  const [a, b, c] = READ_SIZES;
  for (const [length, size] of [[9, a], [a, b], [b, c]] as const) {
    const source = new ChunkSource([]);
    const peeked = peekedOf([noise(length)]);
    await WAYS.callbacks!({ source, sink: new PartialSink(), peeked });
    assertEquals(source.sizes, [size]);
  }
});

Deno.test("callbacks: a buffer is given back, and the next connection gets it", async () => {
  const buffers = new ReadBuffers();
  const first = buffers.acquire(LARGEST);
  buffers.release(first);
  const source = new ChunkSource([noise(READ_SIZES[LARGEST] * 2)]);
  await WAYS.callbacks!({ source, sink: new PartialSink(), buffers });
  assertStrictEquals(buffers.acquire(LARGEST), first);
});

Deno.test("ReadBuffers: only so many large ones are out at a time, and who comes then gets smaller ones", () => {
  const buffers = new ReadBuffers();
  const sizes = (count: number) =>
    Array.from({ length: count }, () => buffers.acquire(LARGEST).length);
  const [medium, large, largest] = READ_SIZES.slice(-3);
  const [mostLarge, mostLargest] = MOST_USED.slice(-2) as [number, number];
  assertEquals(new Set(sizes(mostLargest - 1)), new Set([largest]));
  const last = buffers.acquire(LARGEST);
  assertEquals(last.length, largest);
  assertEquals(new Set(sizes(mostLarge)), new Set([large]));
  assertEquals(new Set(sizes(10)), new Set([medium]));
  buffers.release(last);
  assertEquals(sizes(2), [largest, medium]);
});

Deno.test("ReadBuffers: buffers that are out at the same time never overlap", () => {
  const buffers = new ReadBuffers();
  const seen = new Map<ArrayBuffer, [number, number][]>();
  for (let i = 0; i < 300; i++) {
    const { buffer, byteOffset: at, length } = buffers.acquire(i % (SMALL + 1));
    const others = seen.get(buffer) ?? [];
    for (const [start, end] of others) {
      assert(at + length <= start || at >= end);
    }
    seen.set(buffer, [...others, [at, at + length]]);
  }
});
