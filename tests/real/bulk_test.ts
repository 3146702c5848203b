/** Much data through a passthru process. */
import { assert, assertEquals } from "@std/assert";
import { createHash } from "node:crypto";
import { connectionLines } from "../support/connection_lines.ts";
import { connectLocal } from "../support/dialogue.ts";
import { peakResidentMb } from "../support/proc.ts";
import { forwardTo, oneServer } from "../support/passthru.ts";
import { type PassthruProcess, startPassthru } from "../support/process.ts";
import { programTest } from "../support/programs.ts";
import { service } from "../support/services.ts";
import { bytesOf, noise, writeAll } from "../support/tcp.ts";
import { until, within } from "../support/wait.ts";

const BULK_BYTES = 256 * 1024 * 1024;
const CHUNK_BYTES = 256 * 1024;
const LIMIT_MS = 120_000;
/** Far above what it takes, far below what keeping the data would take. */
const MOST_RESIDENT_MB = 400;
/** Far above what the sockets of a connection keep. */
const MOST_ON_THE_WAY_BYTES = 128 * 1024 * 1024;
const STANDSTILL_MS = 500;
/** What the client sends first, so that it is identified. */
const GREETING = bytesOf("SSH-2.0-bulk\r\n");

/** What one end of a connection does; it always reads to the end. */
interface Work {
  readonly sendBytes: number;
  readonly seed: number;
}

/** Hashes of what went out of one end and came into it. */
interface Seen {
  readonly sent: string;
  readonly received: string;
  readonly receivedBytes: number;
}

bulkTest("bulk: 256 MiB from client to target", BULK_BYTES, 0);
bulkTest("bulk: 256 MiB from target to client", 0, BULK_BYTES);
bulkTest("bulk: 256 MiB each way at the same time", BULK_BYTES, BULK_BYTES);

programTest(
  ["cat"],
  "bulk: a target that does not read holds the client back",
  async () => {
    const gate = Promise.withResolvers<void>();
    const target = Promise.withResolvers<Seen>();
    await using server = service(async (conn) => {
      await gate.promise;
      const work = exchange(conn, { sendBytes: 0, seed: 2 });
      work.then(target.resolve, target.reject);
      await work;
    });
    await using passthru = await startPassthru(
      oneServer({ SSH: forwardTo(server.address) }),
    );
    using conn = await connectLocal(passthru.ports[0]!);
    await writeAll(conn, GREETING);
    let taken = 0;
    const work = { sendBytes: BULK_BYTES, seed: 3, head: GREETING };
    const sending = exchange(conn, work, (count) => taken += count);
    try {
      await standstill(() => taken);
      assert(taken < MOST_ON_THE_WAY_BYTES, `${taken} bytes were taken`);
    } finally {
      gate.resolve();
    }
    const [client, far] = await within(
      "both ends",
      Promise.all([sending, target.promise]),
      LIMIT_MS,
    );
    assertEquals(far.received, client.sent);
    await assertReport(passthru, GREETING.length + BULK_BYTES, 0);
  },
);

/** Waits until a count has moved and then stood still for a while. */
async function standstill(count: () => number): Promise<void> {
  let [last, since] = [0, performance.now()];
  await until("the client to be held back", () => {
    if (count() !== last) [last, since] = [count(), performance.now()];
    return last > 0 && performance.now() - since > STANDSTILL_MS ? true : null;
  });
}

function bulkTest(name: string, upBytes: number, downBytes: number): void {
  programTest(["cat"], name, async () => {
    const target = Promise.withResolvers<Seen>();
    await using server = service(async (conn) => {
      const work = exchange(conn, { sendBytes: downBytes, seed: 2 });
      work.then(target.resolve, target.reject);
      await work;
    });
    await using passthru = await startPassthru(
      oneServer({ SSH: forwardTo(server.address) }),
    );
    using conn = await connectLocal(passthru.ports[0]!);
    await writeAll(conn, GREETING);
    const work = { sendBytes: upBytes, seed: 1, head: GREETING };
    const [client, far] = await within(
      "both ends",
      Promise.all([exchange(conn, work), target.promise]),
      LIMIT_MS,
    );
    assertEquals(far.receivedBytes, GREETING.length + upBytes);
    assertEquals(client.receivedBytes, downBytes);
    assertEquals(far.received, client.sent, "what the target got");
    assertEquals(client.received, far.sent, "what the client got");
    await assertReport(passthru, GREETING.length + upBytes, downBytes);
  });
}

async function assertReport(
  passthru: PassthruProcess,
  upBytes: number,
  downBytes: number,
): Promise<void> {
  const [line] = await connectionLines(passthru, 1);
  assertEquals([line!["bytes_up"], line!["bytes_down"]], [
    upBytes,
    downBytes,
  ]);
  const peakMb = await peakResidentMb(passthru.pid);
  assert(peakMb < MOST_RESIDENT_MB, `passthru took ${peakMb} MB`);
}

/**
 * Sends so much and ends its side, while it reads to the end of the other.
 *
 * @param work.head Bytes that were sent before, for the hash.
 * @param onSent Hears how many bytes each write took.
 */
async function exchange(
  conn: Deno.Conn,
  { sendBytes, seed, head = new Uint8Array() }: Work & { head?: Uint8Array },
  onSent: (count: number) => void = () => {},
): Promise<Seen> {
  const [sent, [received, receivedBytes]] = await Promise.all([
    send(conn, chunks(sendBytes, seed), head, onSent),
    receive(conn),
  ]);
  return { sent, received, receivedBytes };
}

async function send(
  conn: Deno.Conn,
  parts: Iterable<Uint8Array>,
  head: Uint8Array,
  onSent: (count: number) => void,
): Promise<string> {
  const hash = createHash("sha256").update(head);
  for (const chunk of parts) {
    hash.update(chunk);
    await writeAll(conn, chunk);
    onSent(chunk.length);
  }
  await conn.closeWrite();
  return hash.digest("hex");
}

async function receive(conn: Deno.Conn): Promise<[string, number]> {
  const hash = createHash("sha256");
  const buffer = new Uint8Array(CHUNK_BYTES);
  let count = 0;
  for (
    let n = await conn.read(buffer);
    n !== null;
    n = await conn.read(buffer)
  ) {
    hash.update(buffer.subarray(0, n));
    count += n;
  }
  return [hash.digest("hex"), count];
}

/** Views at places that look random in some noise: cheap, and no two alike. */
function* chunks(bytes: number, seed: number): Generator<Uint8Array> {
  const store = noise(4 * CHUNK_BYTES + 4_099, seed);
  let at = seed;
  for (let left = bytes; left > 0; left -= CHUNK_BYTES) {
    at = (at * 1_103_515_245 + 12_345) % (store.length - CHUNK_BYTES);
    yield store.subarray(at, at + Math.min(left, CHUNK_BYTES));
  }
}
