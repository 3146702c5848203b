/**
 * Asking a DNS server, over TCP alone (RFC 7766): nobody who does not see the
 * connection can forge an answer, and none is cut off.
 *
 * @module
 */
import { errorText, PassthruError } from "../../errors.ts";
import { dial, type DialAddress } from "../../net/dial.ts";
import { closeQuietly } from "../../net/close_quietly.ts";
import { writeAll } from "../../net/write_all.ts";
import type { DnsAnswer, DnsQuestion } from "./dns_message.ts";

/** Puts a question to whoever can answer it. */
export type Ask = (
  question: DnsQuestion,
  signal: AbortSignal,
) => Promise<DnsAnswer>;

/** How long a server may take for one question, in ms. */
export const ANSWER_MS = 2_000;

/**
 * Asks one server after the other, until one answers.
 *
 * @throws {PassthruError} `dns_rcode` when a server says that it cannot answer,
 * and none can; else `dns_failed`, with what happened at each of them.
 */
export function askOneOf(
  servers: readonly DialAddress[],
  timeoutMs: number = ANSWER_MS,
): Ask {
  return async (question, signal) => {
    const failures: string[] = [];
    let said = false;
    for (const server of servers) {
      try {
        return await askDns(server, question, { timeoutMs, signal });
      } catch (error) {
        signal.throwIfAborted();
        said ||= error instanceof PassthruError && error.code === "dns_rcode";
        failures.push(
          `${server.hostname} port ${server.port}: ${errorText(error)}`,
        );
      }
    }
    throw new PassthruError(failures.join("; "), {
      code: said ? "dns_rcode" : "dns_failed",
      source: "target",
    });
  };
}

/** Options of {@linkcode askDns}. */
export interface AskOptions {
  /** Longest wait for the answer, in milliseconds. */
  readonly timeoutMs: number;
  /** Gives up when aborted. */
  readonly signal: AbortSignal;
}

/**
 * Puts a question to a server, on a connection of its own.
 *
 * @throws What dialling, writing and reading throw; a `TimeoutError`; what
 * `decodeAnswer` throws.
 */
export async function askDns(
  server: DialAddress,
  question: DnsQuestion,
  { timeoutMs, signal }: AskOptions,
): Promise<DnsAnswer> {
  // Not a static import: most Plans have nothing to ask.
  const { decodeAnswer, encodeQuestion } = await import("./dns_message.ts");
  const id = crypto.getRandomValues(new Uint16Array(1))[0]!;
  const controller = new AbortController();
  let conn: Deno.Conn | null = null;
  const stop = (why: string, name: string) => {
    controller.abort(new DOMException(why, name));
    if (conn !== null) closeQuietly(conn);
  };
  const onAbort = () => stop("Closed", "AbortError");
  const timer = setTimeout(
    () => stop("No answer in time", "TimeoutError"),
    timeoutMs,
  );
  signal.addEventListener("abort", onAbort);
  try {
    signal.throwIfAborted();
    conn = await dial(server, { timeoutMs, controller });
    // What aborted just when the dial went well had nothing to close yet.
    controller.signal.throwIfAborted();
    await writeAll(conn, framed(encodeQuestion(id, question)));
    return decodeAnswer(await readMessage(conn), id, question);
  } catch (error) {
    // A read of what was closed here says something else.
    controller.signal.throwIfAborted();
    throw error;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", onAbort);
    if (conn !== null) closeQuietly(conn);
  }
}

/** A message with its length before it (RFC 1035 §4.2.2). */
function framed(message: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(2 + message.length);
  new DataView(bytes.buffer).setUint16(0, message.length);
  bytes.set(message, 2);
  return bytes;
}

/** Reads one message: 64 KiB at most, which its length cannot exceed. */
async function readMessage(conn: Deno.Conn): Promise<Uint8Array> {
  const [high, low] = await readFull(conn, 2);
  return await readFull(conn, high! << 8 | low!);
}

async function readFull(conn: Deno.Conn, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  for (let filled = 0; filled < length;) {
    const count = await conn.read(bytes.subarray(filled));
    if (count === null) {
      throw new PassthruError(
        "the DNS server closed the connection before its answer was complete",
        {
          code: "dns_malformed",
          source: "target",
        },
      );
    }
    filled += count;
  }
  return bytes;
}
