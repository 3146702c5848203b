import { assertEquals, assertMatch } from "@std/assert";
import * as fc from "../../src/testing/fast_check.ts";
import {
  bytesOfFlow,
  ENDS,
  flowsOfSegments,
  fromClient,
  fromServer,
  handshake,
} from "../support/flows.ts";
import { LinkType, type TestSegment } from "../support/packet_writer.ts";
import { bytesOf, noise, textOf } from "../support/tcp.ts";

const MAX_BYTES = 65536;

/** The flows as short texts: client, bytes, end. */
async function summary(segments: readonly TestSegment[]): Promise<string[]> {
  return (await flowsOfSegments(segments)).map((flow) =>
    `${flow.id} ${flow.client} ${textOf(bytesOfFlow(flow))} ${flow.end}`
  );
}

async function notesOf(segments: readonly TestSegment[]): Promise<string> {
  return (await flowsOfSegments(segments)).flatMap(({ notes }) => notes)
    .join("; ");
}

Deno.test("flows: in the order of their first packets, each its own bytes", async () => {
  const other = { fromPort: 50000 };
  const segments = [
    ...handshake(100),
    ...handshake(900, 5000, other),
    fromClient(901, bytesOf("two"), other),
    fromClient(101, bytesOf("one")),
    fromClient(7, bytesOf("three"), { fromPort: 443, toPort: 50412 }),
  ];
  assertEquals(await summary(segments), [
    "tcp0 192.0.2.7:50412 one open",
    "tcp1 192.0.2.7:50000 two open",
    "tcp2 192.0.2.7:443 three open",
  ]);
});

Deno.test("flows: who sent the SYN is the client, whoever is seen first", async () => {
  const [syn, synAck, ack] = handshake(100) as [
    TestSegment,
    TestSegment,
    TestSegment,
  ];
  const hello = fromClient(101, bytesOf("hello"));
  const greeting = fromServer(5001, bytesOf("220"));
  const client = ["tcp0 192.0.2.7:50412 hello open"];
  assertEquals(await summary([syn, synAck, ack, hello]), client);
  assertEquals(await summary([syn, syn, hello]), client);
  assertEquals(await summary([synAck, ack, hello]), client);
  assertEquals(await summary([hello, greeting]), client);
  assertEquals(await summary([greeting, hello]), [
    "tcp0 192.0.2.1:443 220 open",
  ]);
  assertMatch(await notesOf([hello]), /the client is a guess/);
  assertEquals(await notesOf([synAck, hello]), "");
  assertMatch(await notesOf([syn]), /the connection was never established/);
});

Deno.test("flows: the answer to a SYN says where the client's bytes start", async () => {
  const [, synAck] = handshake(100);
  const early = [synAck!, fromClient(104, bytesOf("lo"))];
  const late = fromClient(101, bytesOf("hel"));
  assertMatch(await notesOf(early), /bytes are missing .* behind byte 0$/);
  assertEquals(await summary([...early, late]), [
    "tcp0 192.0.2.7:50412 hello open",
  ]);
});

Deno.test("flows: data in the SYN, and a SYN that comes late or again", async () => {
  const syn = fromClient(100, undefined, { flags: "S" });
  const early = fromClient(100, bytesOf("he"), { flags: "S" });
  const rest = fromClient(103, bytesOf("llo"));
  const hello = ["tcp0 192.0.2.7:50412 hello open"];
  assertEquals(await summary([early, rest]), hello);
  assertEquals(await summary([early, early, rest, syn]), hello);
  assertEquals(
    await summary([fromClient(101, bytesOf("he")), syn, rest]),
    hello,
  );
});

Deno.test("flows: another SYN is another connection", async () => {
  const again = [...handshake(90_000), fromClient(90_001, bytesOf("b"))];
  const first = [...handshake(100), fromClient(101, bytesOf("a"))];
  assertEquals(await summary([...first, ...again]), [
    "tcp0 192.0.2.7:50412 a open",
    "tcp1 192.0.2.7:50412 b open",
  ]);
  const stray = fromServer(9, bytesOf("x"));
  assertEquals(await summary([stray, ...first]), [
    "tcp0 192.0.2.1:443 x open",
    "tcp1 192.0.2.7:50412 a open",
  ]);
  const fin = fromServer(5001, undefined, { flags: "FA" });
  const back = fromServer(77, undefined, { flags: "S" });
  assertEquals(await summary([...first, back, fin, back]), [
    "tcp0 192.0.2.7:50412 a open",
    "tcp1 192.0.2.1:443  open",
  ]);
});

Deno.test("flows: how the client's side ended", async () => {
  const open = handshake(100);
  const fin = fromClient(101, undefined, { flags: "FA" });
  const rst = fromClient(101, undefined, { flags: "R" });
  assertEquals(await summary([...open, fin, rst]), [
    "tcp0 192.0.2.7:50412  eof",
  ]);
  assertEquals(await summary([...open, rst]), [
    "tcp0 192.0.2.7:50412  reset",
  ]);
});

Deno.test("flows: a server that sends first is noted", async () => {
  const greeting = fromServer(5001, bytesOf("220 ready"));
  const helo = fromClient(101, bytesOf("HELO x"));
  const noted = /the server sent first/;
  assertMatch(await notesOf([...handshake(100), greeting, helo]), noted);
  assertMatch(await notesOf([...handshake(100), greeting]), noted);
  assertEquals(await notesOf([...handshake(100), helo, greeting]), "");
});

Deno.test("flows: sequence numbers wrap, also in the handshake", async () => {
  for (const seq of [2 ** 32 - 1, 2 ** 32 - 2, 2 ** 32 - 4]) {
    const segments = [
      ...handshake(seq),
      fromClient(seq + 4, bytesOf("lo")),
      fromClient(seq + 1, bytesOf("hel")),
    ];
    assertEquals(await summary(segments), [
      "tcp0 192.0.2.7:50412 hello open",
    ]);
  }
});

Deno.test("flows: no more is kept than can be peeked at", async () => {
  const bytes = noise(100_000);
  const segments = [...handshake(100)];
  for (let at = 0; at < bytes.length; at += 1000) {
    segments.push(fromClient(101 + at, bytes.subarray(at, at + 1000)));
  }
  const [flow] = await flowsOfSegments(segments);
  assertEquals(bytesOfFlow(flow), bytes.slice(0, MAX_BYTES));
});

Deno.test("flows: cut, shuffled within a window and repeated at random, the bytes are the same", async () => {
  const linkType = LinkType.raw;
  await fc.assert(fc.asyncProperty(
    fc.integer({ min: 0, max: 2 ** 32 - 1 }),
    fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 40 }),
    fc.array(fc.tuple(fc.nat(), fc.nat(8), fc.nat(90)), { maxLength: 60 }),
    async (seq, sizes, moves) => {
      const bytes = noise(sizes.reduce((sum, size) => sum + size, 0));
      let at = 0;
      const data = sizes.map((size) => {
        const part = bytes.subarray(at, at += size);
        return fromClient(seq + 1 + at - size, part);
      });
      for (const [place, distance, overlap] of moves) {
        const from = place % data.length;
        const to = Math.min(from + distance, data.length - 1);
        [data[from], data[to]] = [data[to]!, data[from]!];
        // Again, with a bit of what is behind it, a little later.
        const { seq: start, payload } = data[from]!;
        const offset = (start - seq - 1 + 2 ** 32) % 2 ** 32;
        const end = offset + payload!.length + overlap;
        data.splice(to, 0, fromClient(start, bytes.subarray(offset, end)));
      }
      const flows = await flowsOfSegments([...handshake(seq), ...data], {
        linkType,
      });
      assertEquals(flows.length, 1);
      assertEquals(flows[0]!.client, `${ENDS.from}:${ENDS.fromPort}`);
      assertEquals(bytesOfFlow(flows[0]), bytes);
      assertEquals(flows[0]!.notes, []);
    },
  ));
});
