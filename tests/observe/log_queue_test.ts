import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import * as fc from "../../src/testing/fast_check.ts";
import { LOG_LEVELS, Logger, type LogLevel } from "../../src/observe/log.ts";
import { LogQueue } from "../../src/observe/log_queue.ts";

/** A reader that reads when it is told to. */
class Reader {
  text = "";
  readonly pieces: number[] = [];
  #open = Promise.withResolvers<void>();
  #stopped = false;

  /** Blocks the next write, as a full pipe does. */
  stop(): void {
    this.#stopped = true;
    this.#open = Promise.withResolvers<void>();
  }

  goOn(): void {
    this.#stopped = false;
    this.#open.resolve();
  }

  readonly write = async (bytes: Uint8Array): Promise<number> => {
    if (this.#stopped) await this.#open.promise;
    this.pieces.push(bytes.length);
    this.text += new TextDecoder().decode(bytes);
    return bytes.length;
  };

  get lines(): string[] {
    return this.text.split("\n").slice(0, -1);
  }
}

/** Logs the lines of a text. */
function push(queue: LogQueue, text: string, level: LogLevel): void {
  for (const line of text.match(/.*\n/g)!) {
    queue.push(new TextEncoder().encode(line), level);
  }
}

function line(level: LogLevel, nth: number): string {
  return `${level} ${nth} ${"x".repeat(40)}\n`;
}

Deno.test("log queue: lines arrive in order, in pieces of whole lines that a pipe takes at once", async () => {
  const reader = new Reader();
  const queue = new LogQueue({ write: reader.write });
  let all = "";
  for (let i = 0; i < 2_000; i++) {
    const level = LOG_LEVELS[i % 4]!;
    all += line(level, i);
    push(queue, line(level, i), level);
  }
  await queue.drain(10_000);
  assertEquals(reader.text, all);
  assert(reader.pieces.every((length) => length <= 4_096));
  assertEquals(queue.dropped, 0);
});

Deno.test("log queue: a line that is longer than a piece is written whole", async () => {
  const reader = new Reader();
  const queue = new LogQueue({ write: reader.write });
  const long = "y".repeat(10_000) + "\n";
  push(queue, "a\n" + long + "b\n", "info");
  await queue.drain(10_000);
  assertEquals(reader.pieces, [2, 10_001, 2]);
});

Deno.test("log queue: writes that take only a part, or must be tried again, lose nothing", async () => {
  let text = "";
  let nth = 0;
  const queue = new LogQueue({
    write(bytes) {
      if (++nth === 2) {
        return Promise.reject(new Deno.errors.WouldBlock("full"));
      }
      text += new TextDecoder().decode(bytes.subarray(0, 10));
      return Promise.resolve(Math.min(10, bytes.length));
    },
  });
  const all = Array.from({ length: 20 }, (_, i) => line("info", i)).join("");
  push(queue, all, "info");
  await queue.drain(10_000);
  assertEquals(text, all);
});

Deno.test("log queue: while nobody reads, the least important lines go first, and the rest stays in order", async () => {
  const reader = new Reader();
  const queue = new LogQueue({ write: reader.write, capacity: 60 * 50 });
  reader.stop();
  push(queue, "first\n", "info");
  for (let i = 0; i < 500; i++) push(queue, line("info", i), "info");
  for (let i = 0; i < 20; i++) push(queue, line("error", i), "error");
  for (let i = 0; i < 20; i++) push(queue, line("debug", i), "debug");
  const { dropped } = queue;
  reader.goOn();
  await queue.drain(10_000);
  const of = (level: string) =>
    reader.lines.filter((text) => text.startsWith(`${level} `))
      .map((text) => Number(text.split(" ")[1]));
  assertEquals(of("error"), Array.from({ length: 20 }, (_, i) => i));
  const infos = of("info");
  assert(infos.length > 20);
  assertEquals(infos, Array.from(infos, (_, i) => i), "the newest go");
  assert(of("debug").length < 3);
  assertEquals(reader.lines.length + dropped, 541);
  assertEquals(reader.lines[0], "first");
});

Deno.test("log queue: a line says how many were dropped, and none more than were", async () => {
  const level = fc.constantFrom(...LOG_LEVELS);
  const step = fc.oneof(
    { weight: 8, arbitrary: fc.tuple(level, fc.nat(30)) },
    { weight: 1, arbitrary: fc.constant(null) },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const reader = new Reader();
      const queue = new LogQueue({ write: reader.write, capacity: 3_000 });
      const logger = new Logger({
        level: "debug",
        format: "json",
        write: queue,
      });
      reader.stop();
      let logged = 0;
      for (const step of steps) {
        if (step === null) {
          reader.goOn();
          await logger.end(10_000);
          reader.stop();
          continue;
        }
        for (let i = 0; i < step[1]; i++) logger.log(step[0], `m ${logged++}`);
        await Promise.resolve();
      }
      reader.goOn();
      await logger.end(10_000);
      const found = reader.lines.map((text) => JSON.parse(text));
      const places = found.filter(({ msg }) => msg.startsWith("m "))
        .map(({ msg }) => Number(msg.slice(2)));
      assertEquals(places, places.toSorted((a, b) => a - b));
      const told = found.reduce((sum, { dropped = 0 }) => sum + dropped, 0);
      assertEquals(places.length + told, logged);
      assertStrictEquals(logger.dropped, told);
    }),
  );
});

Deno.test("log queue: who ends waits for the reader, but not for long", async () => {
  const reader = new Reader();
  const queue = new LogQueue({ write: reader.write });
  reader.stop();
  push(queue, "a\n", "info");
  const start = performance.now();
  await queue.drain(60);
  assert(performance.now() - start >= 50);
  reader.goOn();
  await queue.drain(10_000);
  assertEquals(reader.text, "a\n");
});

Deno.test("log queue: a reader that has gone is no error, and what it missed is counted", async () => {
  const queue = new LogQueue({
    write: () => Promise.reject(new Deno.errors.BrokenPipe("gone")),
  });
  push(queue, "a\nb\n", "info");
  await queue.drain(10_000);
  assertEquals(queue.dropped, 2);
});
