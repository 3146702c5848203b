/**
 * The opening of a connection whose client was given replies: the target is
 * asked what the client asked, and must reply as the client was told.
 *
 * @module
 */
import type { Reply } from "../detect/detector.ts";
import { errorText, PassthruError } from "../errors.ts";
import { closeQuietly } from "../net/close_quietly.ts";
import type { ByteSource, PeekedSource } from "../net/peek.ts";
import { writeAll } from "../net/write_all.ts";
import type { GreetedBytes } from "../upstream/joined.ts";
import type { GivenReply, Replies } from "./replies.ts";

const NO_BYTES: GreetedBytes = Object.freeze({ up: 0, down: 0 });

/** What the client has sent, and what it was told. */
export interface Opening {
  readonly peeked: PeekedSource;
  readonly replies: Replies;
  /** What the target gets before all that, as a PROXY header. Default: none. */
  readonly header?: Uint8Array;
}

/** Options of {@linkcode replayOpening}. */
export interface ReplayOptions {
  /** Longest wait for all replies together, in milliseconds. */
  readonly timeoutMs: number;
  /** Gives up when aborted. */
  readonly signal: AbortSignal;
}

/**
 * Asks the target what the client was replied to, reads the replies and nothing
 * behind them, and takes the requests off the peeked bytes. A request whose
 * reply promised nothing goes no further, unless the reply has a filter: all of
 * it goes to the target then, from the forwarder. Without replies it does
 * nothing.
 *
 * Owns the target until it resolves, and has closed it when it throws; the
 * peeked bytes are then as they were.
 *
 * @throws {PassthruError} `replay_failed`: the target replies otherwise, not in
 * time, or not at all.
 */
export async function replayOpening(
  target: Deno.Conn,
  { peeked, replies, header }: Opening,
  options: ReplayOptions,
): Promise<GreetedBytes> {
  if (replies.given.length === 0) return NO_BYTES;
  const limit = limitWait(target, options);
  try {
    await replies.settled();
    if (replies.passes) return NO_BYTES;
    if (header !== undefined) await writeAll(target, header);
    const replayed = await askAll(target, peeked.peeked, replies.given);
    peeked.consume(replies.given.at(-1)!.length);
    return replayed;
  } catch (error) {
    closeQuietly(target);
    if (!(error instanceof Unfulfilled)) throw error;
    throw new PassthruError(
      `it does not take ${error.reply.promise}: ${
        limit.late() ? `no answer to ${error.reply.request} in time` : error.why
      }`,
      { code: "replay_failed", source: "target", cause: error.cause },
    );
  } finally {
    limit.end();
  }
}

/** A target that does not reply as the client was told. */
class Unfulfilled extends Error {
  readonly reply: Reply;
  /** What it did instead, in words. */
  readonly why: string;

  constructor(reply: Reply, why: string, cause?: unknown) {
    super(why, { cause });
    this.reply = reply;
    this.why = why;
  }
}

/** Closes the target when the time is over or the signal is aborted. */
function limitWait(
  target: Deno.Conn,
  { timeoutMs, signal }: ReplayOptions,
): { late(): boolean; end(): void } {
  let late = false;
  const giveUp = () => closeQuietly(target);
  const timer = setTimeout(() => {
    late = true;
    giveUp();
  }, timeoutMs);
  if (signal.aborted) giveUp();
  else signal.addEventListener("abort", giveUp);
  return {
    late: () => late,
    end() {
      clearTimeout(timer);
      signal.removeEventListener("abort", giveUp);
    },
  };
}

async function askAll(
  target: Deno.Conn,
  view: Uint8Array,
  given: readonly GivenReply[],
): Promise<GreetedBytes> {
  let at = 0;
  let up = 0;
  let down = 0;
  for (const { length, reply } of given) {
    if (reply.promise !== undefined) {
      await ask(target, view.subarray(at, length), reply);
      up += length - at;
      down += reply.bytes.length;
    }
    at = length;
  }
  return { up, down };
}

async function ask(
  target: Deno.Conn,
  request: Uint8Array,
  reply: Reply,
): Promise<void> {
  let answer: Uint8Array;
  try {
    await writeAll(target, request);
    answer = await readUpTo(target, reply.bytes.length);
  } catch (cause) {
    const why = `it broke off at ${reply.request}: ${errorText(cause)}`;
    throw new Unfulfilled(reply, why, cause);
  }
  if (answer.every((byte, i) => byte === reply.bytes[i])) {
    if (answer.length === reply.bytes.length) return;
    throw new Unfulfilled(reply, `it ended at ${reply.request}`);
  }
  const text = JSON.stringify(String.fromCharCode(...answer));
  throw new Unfulfilled(reply, `it answered ${text} to ${reply.request}`);
}

/** Reads so many bytes and never more, fewer at the end of the stream. */
async function readUpTo(
  source: ByteSource,
  count: number,
): Promise<Uint8Array> {
  const bytes = new Uint8Array(count);
  let at = 0;
  while (at < count) {
    const read = await source.read(bytes.subarray(at));
    if (read === null) break;
    at += read;
  }
  return bytes.subarray(0, at);
}
