/** `passthru explain --pcap` on what tcpdump captures on loopback. */
import {
  assert,
  assertEquals,
  assertMatch,
  assertNotEquals,
} from "@std/assert";
import { hello } from "../../support/explain.ts";
import { explain, recordsOf } from "../../support/explain_cli.ts";
import { readCapture } from "../../support/flows.ts";
import { program, programTest } from "../../support/programs.ts";
import { service } from "../../support/services.ts";
import { bytesOf, concat, readAll, writeAll } from "../../support/tcp.ts";
import { until, within } from "../../support/wait.ts";

/** Packets at once to standard output, and room for 64 MiB of them. */
const TCPDUMP = ["-U", "--immediate-mode", "-B", "65536", "-w", "-"];

const ATTEMPTS = 5;
/** Longest wait for the packets of connections that have ended. */
const PACKETS_TIMEOUT_MS = 2_000;

const CAPTURES: readonly (readonly [string, readonly string[]])[] = [
  ["Ethernet, microseconds", ["-i", "lo"]],
  ["Ethernet, nanoseconds", ["-i", "lo", "--time-stamp-precision=nano"]],
  ["Linux cooked v2", ["-i", "any"]],
  ["Linux cooked v1", ["-i", "any", "-y", "LINUX_SLL"]],
];

for (const [name, args] of CAPTURES) {
  programTest(["tcpdump"], `explain --pcap: tcpdump, ${name}`, async () => {
    await using server = service(async (conn) => {
      await readAll(conn);
      await writeAll(conn, bytesOf("bye"));
    });
    const file = await captureAll(
      [...args, "port", String(server.port)],
      () => talk(server.port),
    );
    // Who may not capture cannot test it.
    if (file === null) return;
    const { code, stdout, stderr } = await explain(
      ["--json", "--pcap", "f.pcap"],
      { "f.pcap": file },
    );
    assertEquals([code, stderr], [0, ""]);
    assertEquals(
      recordsOf(stdout).map(({ id, server: at, protocol, bytes, notes }) => [
        id,
        at,
        protocol,
        bytes,
        notes,
      ]),
      [
        ["tcp0", server.address, "SSH", 3_011, []],
        ["tcp1", server.address, "TLS", hello("a.example.com").length, []],
      ],
    );
  });
}

/** Two connections, one with bytes behind what identifies it. */
async function talk(port: number): Promise<void> {
  const more = new Uint8Array(3_000);
  for (
    const segments of [[bytesOf("SSH-2.0-x\r\n"), more], [
      hello("a.example.com"),
    ]]
  ) {
    const conn = await Deno.connect({ hostname: "127.0.0.1", port });
    for (const segment of segments) await writeAll(conn, segment);
    await conn.closeWrite();
    await readAll(conn);
    conn.close();
  }
}

/** What tcpdump captures meanwhile; `null` when it may not. */
async function captureAll(
  args: readonly string[],
  meanwhile: () => Promise<void>,
): Promise<Uint8Array | null> {
  for (let attempt = 1;; attempt++) {
    const file = await capture(args, meanwhile);
    if (file === null || await hasBoth(file)) return file;
    // On a busy machine the kernel drops packets: no fault of what is tested.
    assert(attempt < ATTEMPTS, "tcpdump never captures all packets");
  }
}

/** The same, of which packets may be missing. */
async function capture(
  args: readonly string[],
  meanwhile: () => Promise<void>,
): Promise<Uint8Array | null> {
  const child = new Deno.Command(program("tcpdump"), {
    args: [...TCPDUMP, ...args],
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const chunks: Uint8Array[] = [];
  const reading = collect(child.stdout, chunks);
  const stderr = child.stderr[Symbol.asyncIterator]();
  try {
    const text = await within("tcpdump", untilListening(stderr));
    if (!text.includes("listening on")) {
      assertMatch(text, /permi/i, "why tcpdump does not capture");
      assertNotEquals(Deno.env.get("CI"), "true", text);
      return null;
    }
    await meanwhile();
    const start = performance.now();
    await until("the capture", async () => {
      const late = performance.now() - start > PACKETS_TIMEOUT_MS;
      return late || await hasBoth(concat(chunks)) ? true : null;
    });
  } finally {
    try {
      child.kill("SIGINT");
    } catch {
      // It has ended.
    }
    await child.status;
    await reading;
    await stderr.return?.();
  }
  return concat(chunks);
}

async function collect(
  stream: ReadableStream<Uint8Array>,
  chunks: Uint8Array[],
): Promise<void> {
  for await (const chunk of stream) chunks.push(chunk);
}

/** What tcpdump says until it listens or ends. */
async function untilListening(
  stderr: AsyncIterator<Uint8Array>,
): Promise<string> {
  let text = "";
  while (!text.includes("listening on")) {
    const { done, value } = await stderr.next();
    if (done) break;
    text += new TextDecoder().decode(value);
  }
  return text;
}

/** Whether both connections are there, with all that was sent. */
async function hasBoth(bytes: Uint8Array): Promise<boolean> {
  const { flows } = await readCapture(bytes);
  return flows.length === 2 &&
    flows.every(({ end, notes }) => end === "eof" && notes.length === 0);
}
