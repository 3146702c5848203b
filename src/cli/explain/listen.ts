/**
 * Explaining connections as they come in.
 *
 * @module
 */
import { formatHostPort, parseAddress } from "../../config/address.ts";
import { DEFAULTS } from "../../config/plan.ts";
import { Identifier } from "../../detect/identify.ts";
import { errorText } from "../../errors.ts";
import type { ExplainContext } from "../../explain/context.ts";
import type { Flow, FlowEnd } from "../../explain/flow.ts";
import { addressText, ipOf } from "../../net/address_text.ts";
import { AcceptLoop } from "../../net/accept.ts";
import { closeQuietly } from "../../net/close_quietly.ts";
import { listen } from "../../net/listen.ts";
import {
  type Decide,
  PeekedSource,
  type PeekEnd,
  type PeekOptions,
} from "../../net/peek.ts";
import { RingBufferPool } from "../../net/ring_buffer.ts";
import { Replies } from "../../proxy/replies.ts";
import { UsageError } from "../command.ts";

const STOP_SIGNALS = ["SIGINT", "SIGTERM"] as const;

/** What listening needs. */
export interface ListenOptions {
  readonly context: ExplainContext;
  /** Total time to identify a connection, in milliseconds. */
  readonly detectTimeoutMs: number;
  /** When a client that sends nothing is silent. */
  readonly silence: Pick<PeekOptions, "silentAfterMs">;
  /** Takes each connection when its bytes are decided about. */
  readonly onFlow: (flow: Flow) => void;
  /** Hears what happens beside connections. */
  readonly onNote: (text: string) => void;
}

/**
 * Accepts connections on an address, peeks at each as the data plane does, and
 * closes it. Ends at SIGINT or SIGTERM.
 *
 * @throws {UsageError} When it is no address.
 * @throws {PassthruError} `bind_failed`.
 */
export async function listenForFlows(
  address: string,
  options: ListenOptions,
): Promise<void> {
  const parsed = parseAddress(address, "listen");
  if (!parsed.ok) {
    throw new UsageError([
      `Invalid value of "--listen": found "${address}": ${parsed.problem}`,
    ]);
  }
  const listener = listen(parsed.address, { backlog: DEFAULTS.backlog });
  const { hostname, port } = listener.addr;
  const pool = new RingBufferPool(options.context.maxPeekBytes);
  const open = new Map<Deno.Conn, Promise<void>>();
  let count = 0;
  const loop = new AcceptLoop(listener, {
    onConn: (conn) => {
      const served = serve(conn, String(++count), pool, options)
        .finally(() => open.delete(conn));
      open.set(conn, served);
    },
    onError: (error) => options.onNote(`accept failed: ${errorText(error)}`),
  });
  const stopped = onStopSignal(() => {
    loop.stop();
    for (const conn of open.keys()) closeQuietly(conn);
  });
  options.onNote(`listening on ${formatHostPort(hostname, port)}`);
  await loop.run();
  await Promise.all(open.values());
  stopped();
}

/** Peeks at a connection and closes it. Never rejects. */
async function serve(
  conn: Deno.Conn,
  id: string,
  pool: RingBufferPool,
  { context, detectTimeoutMs, silence, onFlow }: ListenOptions,
): Promise<void> {
  const acceptedAt = Date.now();
  const identifier = new Identifier(context.candidates);
  const source = new PeekedSource(conn, pool);
  const replies = new Replies(conn);
  const segments: Uint8Array[] = [];
  let seen = 0;
  const decide: Decide<FlowEnd> = (view, moment) => {
    if (moment === "silence") return view.length === 0 ? "open" : null;
    if (view.length > seen) segments.push(view.slice(seen));
    seen = view.length;
    replies.notQuiet();
    if (seen === 0) return moment === null ? null : endOf(moment);
    const found = identifier.look(view, moment !== null);
    if (found.kind !== "undecided") return endOf(moment);
    if (found.reply) replies.give(seen, found.reply);
    return null;
  };
  const peeked = await source.peek(detectTimeoutMs, decide, silence);
  const end = peeked.kind === "failed" ? "reset" : peeked.value;
  const client = addressText(conn.remoteAddr);
  const from = ipOf(conn.remoteAddr);
  const server = addressText(conn.localAddr);
  closeQuietly(conn);
  source.dispose();
  replies.notQuiet();
  onFlow({
    id,
    transport: "tcp",
    client,
    server,
    ...(from === null ? {} : { from }),
    acceptedAt,
    segments,
    end,
    notes: [],
  });
}

function endOf(end: PeekEnd | null): FlowEnd {
  return end === "eof" ? "eof" : "open";
}

/** @returns Stops listening for signals. */
function onStopSignal(handler: () => void): () => void {
  for (const signal of STOP_SIGNALS) Deno.addSignalListener(signal, handler);
  return () => {
    for (const signal of STOP_SIGNALS) {
      Deno.removeSignalListener(signal, handler);
    }
  };
}
