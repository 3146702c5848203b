/** Clients that send slowly, through a passthru process. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { delay } from "@std/async/delay";
import { connectionLines } from "../support/connection_lines.ts";
import {
  closeQuietly,
  connectLocal,
  expectEnd,
  expectText,
  promptEcho,
} from "../support/dialogue.ts";
import { startPassthru } from "../support/process.ts";
import { bytesOf, textOf, writeAll } from "../support/tcp.ts";
import { within } from "../support/wait.ts";

const REQUEST = bytesOf("GET / HTTP/1.1\r\nHost: slow.test\r\n\r\n");
/** Pace of a slow client, in milliseconds a byte. */
const DRIP_MS = 20;
const SHORT_TIMEOUT_MS = 300;
/** How late a deadline may be kept on a busy machine, in milliseconds. */
const LATENESS_MS = 5_000;

Deno.test("slow: a byte every 20 ms is routed right when it is complete in time, and refused at the deadline", async () => {
  await using web = promptEcho("web");
  const HTTP = {
    "HOST slow.test": { action: "FORWARD", to_addr: web.address },
  };
  const servers = {
    "127.0.0.1:0": { options: { detect_timeout: "30s" }, HTTP },
    "127.0.0.2:0": {
      options: { detect_timeout: `${SHORT_TIMEOUT_MS}ms` },
      HTTP,
    },
  };
  await using passthru = await startPassthru({ version: "v1.0.0", servers });
  const [inTime, late] = await Promise.all([
    connectLocal(passthru.ports[0]!),
    connectLocal(passthru.ports[1]!, "127.0.0.2"),
  ]);
  await Promise.all([dripInTime(inTime), dripTooSlowly(late)]);
  const lines = await connectionLines(passthru, 2);
  const refused = lines.find(({ listener }) => listener === "127.0.0.2:0")!;
  const routed = lines.find((line) => line !== refused)!;
  assertEquals(routed["rule"], "HTTP/HOST slow.test");
  const { reason, target, verdicts } = refused;
  assertEquals(
    { reason, target, verdicts },
    { reason: "detect_timeout", target: undefined, verdicts: "HTTP: more" },
  );
  const detectMs = Number(refused["detect_seconds"]) * 1_000;
  assert(detectMs >= SHORT_TIMEOUT_MS - 1, `${detectMs} ms is too early`);
  assert(detectMs < SHORT_TIMEOUT_MS + LATENESS_MS, `${detectMs} ms`);
});

async function dripInTime(conn: Deno.TcpConn): Promise<void> {
  try {
    await drip(conn, REQUEST);
    await within("the answer", expectText(conn, `web:${textOf(REQUEST)}`));
  } finally {
    closeQuietly(conn);
  }
}

/** Drips on until it is refused. */
async function dripTooSlowly(conn: Deno.TcpConn): Promise<void> {
  try {
    const end = within("the refusal", expectEnd(conn));
    // Far longer than the deadline, and never complete.
    const dripping = drip(conn, bytesOf("GET /" + "x".repeat(10_000)));
    await end;
    closeQuietly(conn);
    await assertRejects(() => dripping);
  } finally {
    closeQuietly(conn);
  }
}

async function drip(conn: Deno.TcpConn, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length; at++) {
    await writeAll(conn, bytes.subarray(at, at + 1));
    await delay(DRIP_MS);
  }
}
