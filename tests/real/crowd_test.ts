/** Five hundred clients at once, of all kinds. */
import { assert, assertEquals } from "@std/assert";
import { delay } from "@std/async/delay";
import { helloRecord } from "../support/client_hello.ts";
import { connectionLines } from "../support/connection_lines.ts";
import {
  closeQuietly,
  connectLocal,
  expectText,
  greeter,
  promptEcho,
} from "../support/dialogue.ts";
import { type LogLine, startPassthru } from "../support/process.ts";
import { openDescriptors } from "../support/proc.ts";
import { programTest } from "../support/programs.ts";
import { namedEcho, type Service } from "../support/services.ts";
import { bytesOf, noise, readAll, textOf, writeAll } from "../support/tcp.ts";
import { workerThreads } from "../support/threads.ts";
import { until, within } from "../support/wait.ts";

const CLIENTS = 500;
const LIMIT_MS = 60_000;

/** A kind of client: the rule and the reason that its log line must have. */
interface Kind {
  readonly rule: string;
  readonly reason: "client_eof" | "target_eof";
  /** Talks as the nth of its kind, and checks the answer. */
  readonly talk: (conn: Deno.TcpConn, nth: number) => Promise<void>;
}

/** A tenth of the clients each. */
const KINDS: readonly Kind[] = [
  ...["a.test", "b.test"].map((host) => ({
    rule: `HTTP/HOST ${host}`,
    reason: "client_eof" as const,
    talk: (conn: Deno.TcpConn, nth: number) =>
      sendCut(conn, request(host, nth), `http-${host}`),
  })),
  ...["a.test", "b.test", "c.test"].map((sni) => ({
    rule: `TLS/SNI ${sni}`,
    reason: "client_eof" as const,
    talk: (conn: Deno.TcpConn, nth: number) =>
      sendCut(conn, helloRecord({ sni, padding: 10 * nth }), `tls-${sni}`),
  })),
  {
    rule: "SSH/CATCHALL",
    reason: "client_eof",
    talk: (conn, nth) => sendCut(conn, bytesOf(`SSH-2.0-n${nth}\r\n`), "ssh"),
  },
  {
    rule: "CATCHALL/CATCHALL",
    reason: "client_eof",
    talk: (conn, nth) =>
      sendCut(conn, Uint8Array.of(0, ...noise(99, nth + 1)), "other"),
  },
  { rule: "HTTP/HOST half.test", reason: "client_eof", talk: halfClose },
  { rule: "TLS/SNI half.test", reason: "client_eof", talk: halfCloseTls },
  // The last one: it takes its time.
  { rule: "SILENT/CATCHALL", reason: "target_eof", talk: beSilent },
];

programTest(
  ["ls"],
  "crowd: 500 clients of ten kinds at once each get their own answer",
  async () => {
    await using targets = startTargets();
    await using passthru = await startPassthru(targets.config);
    const { pid, ports: [port] } = passthru;
    const warmUp = await warmedUp(pid, port!);
    await connectionLines(passthru, warmUp);
    const before = await settledDescriptors(pid);
    const conns = await connectAll(port!, CLIENTS);
    try {
      await until("all clients to be accepted at once", async () => {
        return await openDescriptors(pid) >= before + CLIENTS ? true : null;
      });
      await within("all clients", talkAll(conns), LIMIT_MS);
    } finally {
      conns.forEach(closeQuietly);
    }
    const lines = await connectionLines(passthru, warmUp + CLIENTS);
    assertLines(lines.slice(warmUp));
    await until(`${before} descriptors again`, async () => {
      return await openDescriptors(pid) === before ? true : null;
    });
    // One more client: had there been more lines than clients, its number would
    // be another.
    await talkAll(await connectAll(port!, 1));
    const all = await connectionLines(passthru, warmUp + CLIENTS + 1);
    assertEquals(all.length, warmUp + CLIENTS + 1);
    assertEquals(all.at(-1)!["conn"], all.length);
    assertEquals(await settledDescriptors(pid), before);
  },
);

/** Checks that there is one line a client, with its rule and reason. */
function assertLines(lines: readonly LogLine[]): void {
  assertEquals(new Set(lines.map(({ conn }) => conn)).size, CLIENTS);
  const counts = new Map<string, number>();
  for (const { rule, reason } of lines) {
    const key = `${rule} ${reason}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  assertEquals(
    Object.fromEntries(counts),
    Object.fromEntries(KINDS.map(({ rule, reason }) => [
      `${rule} ${reason}`,
      CLIENTS / KINDS.length,
    ])),
  );
}

/**
 * Sends clients of all kinds but the last until there is the worker that holds the
 * sockets, which has descriptors of its own.
 *
 * @returns How many there were.
 */
async function warmedUp(pid: number, port: number): Promise<number> {
  const workers = await workerThreads(pid);
  const groups = Array.from({ length: 20 }, () => KINDS.length - 1);
  let clients = 0;
  await until("the worker that holds the sockets", async () => {
    await Promise.all(groups.map(async (count) => {
      await talkAll(await connectAll(port, count));
      clients += count;
    }));
    return await workerThreads(pid) > workers || null;
  });
  return clients;
}

function connectAll(port: number, count: number): Promise<Deno.TcpConn[]> {
  return Promise.all(Array.from({ length: count }, () => connectLocal(port)));
}

async function talkAll(conns: readonly Deno.TcpConn[]): Promise<void> {
  await Promise.all(conns.map(talk));
}

async function talk(conn: Deno.TcpConn, index: number): Promise<void> {
  const { rule, talk } = KINDS[index % KINDS.length]!;
  try {
    await talk(conn, Math.floor(index / KINDS.length));
  } catch (cause) {
    throw new Error(`Client ${index} (${rule})`, { cause });
  } finally {
    closeQuietly(conn);
  }
}

/** Sends bytes in two parts, waits for all of them to come back, and leaves. */
async function sendCut(
  conn: Deno.TcpConn,
  bytes: Uint8Array,
  target: string,
): Promise<void> {
  const middle = bytes.length >> 1;
  await writeAll(conn, bytes.subarray(0, middle));
  await delay(0);
  await writeAll(conn, bytes.subarray(middle));
  await expectText(conn, `${target}:`);
  const echoed = new Uint8Array(bytes.length);
  for (let at = 0; at < echoed.length;) {
    const count = await conn.read(echoed.subarray(at));
    assert(count !== null, "the end came early");
    at += count;
  }
  assertEquals(echoed, bytes);
}

/** Waits for the greeting, and answers it. */
async function beSilent(conn: Deno.TcpConn): Promise<void> {
  await expectText(conn, "220 hello\r\n");
  await writeAll(conn, bytesOf("QUIT\r\n"));
  assertEquals(textOf(await readAll(conn)), "221 bye QUIT\r\n");
}

/** Ends its side with the request; the answer comes after that. */
async function halfClose(conn: Deno.TcpConn, nth: number): Promise<void> {
  const bytes = request("half.test", nth);
  await writeAll(conn, bytes);
  await conn.closeWrite();
  assertEquals(textOf(await readAll(conn)), `half:${textOf(bytes)}`);
}

/** The same by TLS. */
async function halfCloseTls(conn: Deno.TcpConn, nth: number): Promise<void> {
  const hello = helloRecord({ sni: "half.test", padding: 20 * nth });
  await writeAll(conn, hello);
  await conn.closeWrite();
  const answer = await readAll(conn);
  assertEquals(answer.subarray(0, 5), bytesOf("half:"));
  assertEquals(answer.subarray(5), hello);
}

function request(host: string, nth: number): Uint8Array {
  return bytesOf(`GET /${nth} HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
}

/** The count of descriptors, once it has been the same three times. */
async function settledDescriptors(pid: number): Promise<number> {
  const seen: number[] = [];
  return await until("a settled count of descriptors", async () => {
    seen.push(await openDescriptors(pid));
    const last = seen.slice(-3);
    return last.length === 3 && new Set(last).size === 1 ? last[0]! : null;
  });
}

/** All the targets, and the config that leads to them. */
function startTargets(): AsyncDisposable & { config: unknown } {
  const stack = new AsyncDisposableStack();
  const to = (target: Service) => {
    stack.use(target);
    return { action: "FORWARD", to_addr: target.address };
  };
  const half = to(namedEcho("half"));
  const rules = (word: string, kind: string, hosts: readonly string[]) =>
    Object.fromEntries(hosts.map((host) => [
      `${word} ${host}`,
      to(promptEcho(`${kind}-${host}`)),
    ]));
  const [HTTP, TLS] = [
    rules("HOST", "http", ["a.test", "b.test"]),
    rules("SNI", "tls", ["a.test", "b.test", "c.test"]),
  ];
  const server = {
    options: { detect_timeout: "5s" },
    TLS: { ...TLS, "SNI half.test": half },
    HTTP: { ...HTTP, "HOST half.test": half },
    SSH: { CATCHALL: to(promptEcho("ssh")) },
    SILENT: { CATCHALL: to(greeter()) },
    CATCHALL: { CATCHALL: to(promptEcho("other")) },
  };
  return {
    config: { version: "v1.0.0", servers: { "127.0.0.1:0": server } },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}
