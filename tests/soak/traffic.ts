/**
 * The clients of a soak: each kind again and again, every byte checked.
 *
 * @module
 */
import { delay } from "@std/async/delay";
import { closeQuietly, connectLocal, expectText } from "../support/dialogue.ts";
import { ask } from "../support/load.ts";
import { transfer } from "../support/long_transfers.ts";
import { askCluster } from "../support/postgres_server.ts";
import { connectAndReset } from "../support/reset.ts";
import {
  bytesOf,
  noise,
  readAll,
  readExactly,
  textOf,
  writeAll,
} from "../support/tcp.ts";
import { within } from "../support/wait.ts";
import type { Ledger } from "./ledger.ts";
import {
  CLUSTER,
  GREETING,
  LAST_WORDS,
  type Targets,
  TLS_HOST,
} from "./targets.ts";

/** What all clients need. */
export interface Traffic {
  readonly port: number;
  readonly ledger: Ledger;
  readonly targets: Pick<Targets, "sshd" | "postgres">;
  /** Aborted when no more connections are to be made. */
  readonly signal: AbortSignal;
}

/** Blocks of 128 KiB of one long transfer. */
const BULK_BLOCKS = 128;
/** How long an idle connection stays idle, in milliseconds. */
const IDLE_MS = 45_000;
/** Longest that a connection may take for one step, in milliseconds. */
const PATIENCE_MS = 60_000;

/** A kind of client: what it does on one connection, and how often. */
interface Kind {
  readonly name: string;
  /** How many are at it at a time. */
  readonly parallel: number;
  /** Pause between two connections of one of them, in milliseconds. */
  readonly pauseMs: number;
  /** @returns Bytes that were checked. */
  connection(traffic: Traffic, nth: number): Promise<number>;
}

const KINDS: readonly Kind[] = [
  { name: "tls", parallel: 3, pauseMs: 40, connection: tls },
  { name: "http", parallel: 3, pauseMs: 20, connection: http },
  { name: "half-close", parallel: 3, pauseMs: 20, connection: halfClose },
  { name: "bulk", parallel: 1, pauseMs: 2_000, connection: bulk },
  { name: "idle", parallel: 30, pauseMs: 500, connection: idle },
  { name: "silent", parallel: 2, pauseMs: 200, connection: silent },
  { name: "target resets", parallel: 1, pauseMs: 100, connection: isReset },
  { name: "client resets", parallel: 1, pauseMs: 50, connection: resets },
  { name: "in pieces", parallel: 2, pauseMs: 100, connection: inPieces },
  { name: "ssh", parallel: 1, pauseMs: 1_500, connection: ssh },
  { name: "psql", parallel: 1, pauseMs: 1_000, connection: psql },
];

/** Kinds whose server is installed. */
function kinds({ targets: { sshd, postgres } }: Traffic): Kind[] {
  return KINDS.filter(({ name }) =>
    !(name === "ssh" && sshd === null) &&
    !(name === "psql" && postgres === null)
  );
}

/** Runs all kinds until the signal; resolves when the last one has ended. */
export async function runTraffic(traffic: Traffic): Promise<void> {
  await Promise.all(
    kinds(traffic).flatMap((kind) =>
      Array.from(
        { length: kind.parallel },
        (_, lane) => runLane(kind, traffic, lane),
      )
    ),
  );
}

async function runLane(
  kind: Kind,
  traffic: Traffic,
  lane: number,
): Promise<void> {
  const { signal, ledger } = traffic;
  for (let nth = lane; !signal.aborted; nth += kind.parallel) {
    await ledger.run(kind.name, () => kind.connection(traffic, nth));
    await delay(kind.pauseMs, { signal }).catch(() => {});
  }
}

/** The task lets certificates of the host be: which one it is does not matter. */
async function tls({ port }: Traffic, nth: number) {
  const tcp = await connectLocal(port);
  const conn = await within(
    "a TLS handshake",
    Deno.startTls(tcp, { hostname: TLS_HOST }),
    PATIENCE_MS,
  );
  try {
    return await echoed(conn, noise(20_000, nth + 1));
  } finally {
    closeQuietly(conn);
  }
}

/** Sends bytes and expects the same ones back. @returns How many. */
async function echoed(conn: Deno.Conn, bytes: Uint8Array): Promise<number> {
  const [got] = await within(
    "an echo",
    Promise.all([readExactly(conn, bytes.length), writeAll(conn, bytes)]),
    PATIENCE_MS,
  );
  expectSame(got, bytes);
  return 2 * bytes.length;
}

function expectSame(got: Uint8Array, wanted: Uint8Array): void {
  const at = wanted.findIndex((byte, index) => got[index] !== byte);
  if (at >= 0 || got.length !== wanted.length) {
    throw new Error(`${got.length} of ${wanted.length} bytes, differ at ${at}`);
  }
}

async function http({ port }: Traffic, nth: number) {
  const body = noise(1 + nth % 60_000, nth + 1);
  const conn = await connectLocal(port);
  try {
    await writeAll(
      conn,
      bytesOf(
        `POST /${nth} HTTP/1.1\r\nHost: soak.test\r\nConnection: close\r\n` +
          `Content-Length: ${body.length}\r\n\r\n`,
      ),
    );
    await writeAll(conn, body);
    const all = await within("a response", readAll(conn), PATIENCE_MS);
    const head = textOf(all.subarray(0, 12));
    if (head !== "HTTP/1.1 200") throw new Error(`Answered ${head}`);
    expectSame(all.subarray(all.length - body.length), body);
    return 2 * body.length;
  } finally {
    closeQuietly(conn);
  }
}

/** Through the list of which one target comes and goes. */
async function halfClose({ port }: Traffic, nth: number) {
  const said = `LIST ${nth}`;
  await within("an answer", ask(port, said), PATIENCE_MS);
  return 2 * said.length;
}

async function bulk({ port, signal }: Traffic) {
  let blocks = 0;
  const { bytes } = await transfer(
    port,
    () => Promise.resolve(!signal.aborted && blocks++ < BULK_BLOCKS),
  );
  return 2 * bytes;
}

async function idle({ port, signal }: Traffic, nth: number) {
  const conn = await connectLocal(port);
  try {
    const opening = `SSH-2.0-idle${nth}\r\n`;
    await writeAll(conn, bytesOf(opening));
    await within("an echo", expectText(conn, opening), PATIENCE_MS);
    await delay(IDLE_MS, { signal }).catch(() => {});
    return await echoed(conn, noise(3_000, nth + 1));
  } finally {
    closeQuietly(conn);
  }
}

async function silent({ port }: Traffic) {
  const conn = await connectLocal(port);
  try {
    await within("a greeting", expectText(conn, GREETING), PATIENCE_MS);
    return await echoed(conn, bytesOf("hello\n")) + GREETING.length;
  } finally {
    closeQuietly(conn);
  }
}

/** Gets all that the target said before it broke off. */
async function isReset({ port }: Traffic) {
  const conn = await connectLocal(port);
  try {
    await writeAll(conn, bytesOf("RESET"));
    await within("last words", expectText(conn, LAST_WORDS), PATIENCE_MS);
    await writeAll(conn, bytesOf("break"));
    const rest = await within("the end", readAll(conn), PATIENCE_MS)
      .catch((error) => {
        if (error instanceof Deno.errors.ConnectionReset) return null;
        throw error;
      });
    if (rest !== null && rest.length > 0) throw new Error("Bytes too many");
    return LAST_WORDS.length;
  } finally {
    closeQuietly(conn);
  }
}

async function resets({ port }: Traffic, nth: number) {
  const openings = [
    "",
    "SSH-2.0-x\r\n",
    "GET / HTTP/1.1\r\nHost: soak.test\r\n",
  ];
  await connectAndReset(port, bytesOf(openings[nth % openings.length]!));
  return 0;
}

/** An opening that arrives a few bytes at a time. */
async function inPieces({ port }: Traffic, nth: number) {
  const said = bytesOf(`LIST ${nth} in pieces`);
  const conn = await connectLocal(port);
  try {
    conn.setNoDelay(true);
    for (let at = 0; at < said.length; at += 3) {
      await writeAll(conn, said.subarray(at, at + 3));
      await delay(5);
    }
    await conn.closeWrite();
    const answer = textOf(
      await within("an answer", readAll(conn), PATIENCE_MS),
    );
    if (!answer.endsWith(`:${textOf(said)}`)) {
      throw new Error(`Answered ${JSON.stringify(answer)}`);
    }
    return 2 * said.length;
  } finally {
    closeQuietly(conn);
  }
}

async function ssh({ port, targets }: Traffic, nth: number) {
  const bytes = noise(100_000, nth + 1);
  const { code, stdout, stderr } = await targets.sshd!.ssh(port, "cat", bytes);
  if (code !== 0) throw new Error(`ssh ended with ${code}: ${stderr}`);
  expectSame(stdout, bytes);
  return 2 * bytes.length;
}

async function psql({ port }: Traffic) {
  const { code, text, stderr } = await askCluster(port, "soak.test", {
    sslmode: "disable",
  });
  if (code !== 0) throw new Error(`psql ended with ${code}: ${stderr}`);
  if (text.trim() !== CLUSTER) throw new Error(`It answered ${text}`);
  return text.length;
}
