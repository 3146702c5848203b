import { assertEquals } from "@std/assert";
import type { ConnectionView } from "../../src/observe/connection_view.ts";
import { openOf, quietBook, reportOf } from "../support/views.ts";
import { within } from "../support/wait.ts";

const OPENING = { bytes: new Uint8Array([1, 255]), cut: true, end: null };
const DETECTION = { bytes: 3, end: null, opening: "\x01\xff" };

Deno.test("book: a connection is live, then recent, with its opening", () => {
  const book = quietBook({ generation: 3, worker: 1 });
  const open = openOf(reportOf(5, { bytesUp: 9 }), { detection: DETECTION });
  book.opened(":443", open);
  const live = book.find({});
  assertEquals(live.matched, 1);
  const [view] = live.connections;
  assertEquals(
    [view!.id, view!.phase, view!.bytes_up, view!.reason],
    [5, "forwarding", 9, null],
  );
  assertEquals([view!.generation, view!.worker], [3, 1]);
  assertEquals(book.find({ state: "recent" }).matched, 0);
  assertEquals(book.show(5)!.opening, OPENING);

  book.closed(reportOf(5, { reason: "target_eof" }), open);
  assertEquals(book.find({}).matched, 0);
  const recent = book.find({ state: "recent" }).connections;
  assertEquals(
    recent.map(({ id, phase, reason }) => [id, phase, reason]),
    [[5, "closed", "target_eof"]],
  );
  assertEquals(book.find({ state: "all" }).matched, 1);
  assertEquals(book.show(5)!.opening, OPENING);
  assertEquals(book.show(6), null);
});

Deno.test("book: the last 256 that ended are remembered, and a flood of refused ones pushes none of them out", () => {
  const book = quietBook();
  for (let id = 1; id <= 300; id++) {
    const open = openOf(reportOf(id));
    book.opened(":443", open);
    book.closed(reportOf(id), open);
  }
  for (let id = 301; id <= 1_000; id++) {
    book.closed(reportOf(id, { reason: "limit" }), null);
  }
  const query = { state: "recent", limit: 1_000 } as const;
  const served = book.find({ ...query, reason: "client_eof" });
  assertEquals(
    served.connections.map(({ id }) => id),
    Array.from({ length: 256 }, (_, i) => 300 - i),
  );
  const refused = book.find({ ...query, reason: "limit" });
  assertEquals(
    refused.connections.map(({ id }) => id),
    Array.from({ length: 64 }, (_, i) => 1_000 - i),
  );
  assertEquals(book.show(44), null);
  assertEquals(book.show(45)?.view.id, 45);
});

Deno.test("book: nothing is made of a connection that nobody asks about", () => {
  const sent: unknown[] = [];
  const book = quietBook({ onReports: (batch) => sent.push(batch) });
  const open = openOf(reportOf(1));
  book.opened(":443", open);
  book.closed(reportOf(1), open);
  book.flush();
  assertEquals([open.snapshots, sent], [0, []]);
});

Deno.test("book: who watches gets batches of at most 200, and how many are missing", async () => {
  const { promise, resolve } = Promise.withResolvers<
    [readonly ConnectionView[], number]
  >();
  let calls = 0;
  const book = quietBook({
    isWatched: () => true,
    onReports: (batch, dropped) => {
      calls++;
      resolve([batch, dropped]);
    },
  });
  for (let id = 1; id <= 250; id++) {
    book.closed(reportOf(id), openOf(reportOf(id)));
  }
  assertEquals(calls, 0, "not one at a time");
  const [batch, dropped] = await within("a batch", promise);
  assertEquals(
    batch.map(({ id }) => id),
    Array.from({ length: 200 }, (_, i) => i + 1),
  );
  assertEquals([dropped, calls], [50, 1]);
  assertEquals(batch[0]!.phase, "closed");
});

Deno.test("book: at the end, what waits is told, unless nobody watches any more", () => {
  let watched = true;
  const told: number[] = [];
  const book = quietBook({
    isWatched: () => watched,
    onReports: (batch) => told.push(...batch.map(({ id }) => id)),
  });
  book.closed(reportOf(1), openOf(reportOf(1)));
  book.flush();
  assertEquals(told, [1]);
  book.closed(reportOf(2), openOf(reportOf(2)));
  watched = false;
  book.flush();
  assertEquals(told, [1]);
});
