/** Server-sent events of the admin API. */
import { assert, assertEquals } from "@std/assert";
import type { ConnectionView } from "../../src/admin/api.ts";
import { MAX_READERS } from "../../src/admin/event_hub.ts";
import { EventStream } from "../../src/admin/event_stream.ts";
import { type FakeAdmin, fakeAdmin } from "../support/fake_admin.ts";
import { connectLocal } from "../support/dialogue.ts";
import { writeAll } from "../support/tcp.ts";
import { until, within } from "../support/wait.ts";

/** An event as it was read. */
interface Event {
  readonly name: string;
  readonly data: unknown;
}

/** Reads events one after the other, comments left out. */
class EventReader {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #decoder = new TextDecoder();
  #text = "";

  constructor(body: ReadableStream<Uint8Array>) {
    this.#reader = body.getReader();
  }

  async next(): Promise<Event | null> {
    for (;;) {
      const end = this.#text.indexOf("\n\n");
      if (end >= 0) {
        const block = this.#text.slice(0, end);
        this.#text = this.#text.slice(end + 2);
        if (block.startsWith(":")) continue;
        const [, name, data] = /^event: (\w+)\ndata: (.*)$/.exec(block)!;
        return { name: name!, data: JSON.parse(data!) };
      }
      const { value, done } = await within("an event", this.#reader.read());
      if (done) return null;
      this.#text += this.#decoder.decode(value, { stream: true });
    }
  }

  async close(): Promise<void> {
    await this.#reader.cancel();
  }
}

async function open(admin: FakeAdmin): Promise<EventReader> {
  const response = await fetch(`${admin.url}/api/events`);
  assertEquals(response.status, 200);
  assertEquals(response.headers.get("content-type"), "text/event-stream");
  return new EventReader(response.body!);
}

function reports(...ids: number[]): ConnectionView[] {
  return ids.map((id) => ({ id }) as ConnectionView);
}

function tell({ source }: FakeAdmin, batch: ConnectionView[], dropped = 0) {
  for (const listener of source.reportListeners) listener(batch, dropped);
}

/** Waits until the source is listened to by nobody. */
function untilLeft({ source }: FakeAdmin): Promise<true> {
  return until(
    "the readers to leave",
    () => source.reportListeners.size === 0 ? true as const : null,
  );
}

Deno.test("events: a reader hears at once how things are, then of what happens", async () => {
  await using admin = fakeAdmin();
  const reader = await open(admin);
  const { changed } = admin.source;
  assertEquals(await reader.next(), { name: "changed", data: changed });
  tell(admin, reports(1, 2));
  assertEquals(await reader.next(), {
    name: "reports",
    data: [{ id: 1 }, { id: 2 }],
  });
  tell(admin, reports(3), 5);
  assertEquals((await reader.next())!.name, "reports");
  assertEquals(await reader.next(), {
    name: "dropped",
    data: { count: 5 },
  });
  const draining = { ...changed, status: "draining" } as const;
  for (const listener of admin.source.changeListeners) listener(draining);
  assertEquals(await reader.next(), { name: "changed", data: draining });
  await reader.close();
  await untilLeft(admin);
});

Deno.test("events: nothing is listened to without a reader, and once with several", async () => {
  await using admin = fakeAdmin();
  const { source } = admin;
  assertEquals(source.reportListeners.size, 0);
  const readers = [await open(admin), await open(admin)];
  assertEquals([source.reportListeners.size, source.changeListeners.size], [
    1,
    1,
  ]);
  for (const reader of readers) await reader.next();
  tell(admin, reports(1));
  for (const reader of readers) {
    assertEquals((await reader.next())!.name, "reports");
  }
  await readers[0]!.close();
  tell(admin, reports(2));
  assertEquals((await readers[1]!.next())!.data, [{ id: 2 }]);
  await readers[1]!.close();
  await untilLeft(admin);
  assertEquals(source.changeListeners.size, 0);
});

Deno.test("events: there are only so many readers", async () => {
  await using admin = fakeAdmin();
  const readers: EventReader[] = [];
  for (let i = 0; i < MAX_READERS; i++) readers.push(await open(admin));
  const late = await fetch(`${admin.url}/api/events`);
  assertEquals([late.status, await late.json()], [503, {
    error: "Too many readers of events: expected at most 32",
  }]);
  await readers.pop()!.close();
  // It is known to have gone a little later.
  const again = await until("a free place", async () => {
    const response = await fetch(`${admin.url}/api/events`);
    if (response.ok) return new EventReader(response.body!);
    await response.body?.cancel();
    return null;
  });
  await again.close();
  for (const reader of readers) await reader.close();
  await untilLeft(admin);
});

Deno.test("events: a reader that breaks off is let go", async () => {
  await using admin = fakeAdmin();
  const conn = await connectLocal(admin.port);
  const request = "GET /api/events HTTP/1.1\r\nHost: localhost\r\n\r\n";
  await writeAll(conn, new TextEncoder().encode(request));
  await until(
    "the reader",
    () => admin.source.reportListeners.size === 1 ? true : null,
  );
  conn.close();
  await untilLeft(admin);
});

Deno.test("events: readers are sent away when it stops", async () => {
  await using admin = fakeAdmin();
  const reader = await open(admin);
  assertEquals((await reader.next())!.name, "changed");
  await within("the stop", admin.server.stop());
  assertEquals(await reader.next(), null);
  assertEquals(admin.source.reportListeners.size, 0);
});

Deno.test("events: what a slow reader does not take is counted, and the others hear all", async () => {
  await using admin = fakeAdmin();
  const slow = await open(admin);
  const quick = await open(admin);
  await quick.next();
  // Far more than all buffers between here and there hold.
  const total = 500;
  const batch = [{ id: 1, client: "x".repeat(100_000) } as ConnectionView];
  for (let i = 0; i < total; i++) {
    tell(admin, batch);
    assertEquals((await quick.next())!.name, "reports");
  }
  assertEquals((await slow.next())!.name, "changed");
  let [reports, dropped] = [0, 0];
  while (reports + dropped < total) {
    const { name, data } = (await slow.next())!;
    if (name === "reports") reports++;
    else dropped += (data as { count: number }).count;
  }
  assertEquals(reports + dropped, total);
  assert(reports > 0 && dropped > 0, `${reports} and ${dropped}`);
  await slow.close();
  await quick.close();
  await untilLeft(admin);
});

Deno.test("event stream: without events there is a comment from time to time", async () => {
  let gone = 0;
  const stream = new EventStream({ onGone: () => gone++, heartbeatMs: 5 });
  const reader = stream.body.getReader();
  for (let i = 0; i < 2; i++) {
    const { value } = await reader.read();
    assertEquals(new TextDecoder().decode(value), ":\n\n");
  }
  stream.end();
  assertEquals((await reader.read()).done, true);
  stream.end();
  assertEquals(gone, 1);
});

Deno.test("event stream: of what waits, changes are the last one and reports have a bound", async () => {
  const stream = new EventStream({ onGone: () => {} });
  stream.changed("1");
  stream.changed("2");
  stream.reports(`"${"x".repeat(300_000)}"`, 7);
  stream.reports('"a"', 1);
  stream.dropped(2);
  const reader = stream.body.getReader();
  const { value } = await reader.read();
  assertEquals(
    new TextDecoder().decode(value),
    'event: changed\ndata: 2\n\nevent: reports\ndata: "a"\n\nevent: dropped\ndata: {"count":9}\n\n',
  );
  await reader.cancel();
});
