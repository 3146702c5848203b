/**
 * What goes wrong around the soaked passthru, one thing after the other.
 *
 * @module
 */
import { delay } from "@std/async/delay";
import { closeQuietly, connectLocal } from "../support/dialogue.ts";
import { connectAndReset } from "../support/reset.ts";
import { bytesOf, readAll, writeAll } from "../support/tcp.ts";
import type { Ledger } from "./ledger.ts";
import type { SoakedProxy } from "./proxy.ts";
import type { ComingAndGoing } from "./targets.ts";

/** What the faults work on. */
export interface FaultContext {
  readonly port: number;
  readonly ledger: Ledger;
  readonly proxy: SoakedProxy;
  readonly coming: ComingAndGoing;
  /** Most descriptors that the proxy may have open. */
  readonly descriptors: number;
  /** Writes the next config. */
  nextConfig(): Promise<void>;
  readonly signal: AbortSignal;
}

/** Pause between two faults, in milliseconds. */
const PAUSE_MS = 2_500;
/** How long it takes until new connections find descriptors, in milliseconds. */
const SLACK_MS = 2_000;
/**
 * How long a worker may take to die, in milliseconds: until then it accepts
 * connections, which die with it.
 */
const DYING_MS = 500;
/** The kinds of connections that the target which goes may have. */
const THROUGH_THE_LIST = ["half-close", "in pieces"];
/** Connections of a flood. */
const FLOOD = 400;

const FAULTS: Readonly<
  Record<string, (context: FaultContext) => Promise<void>>
> = {
  "reload": async ({ nextConfig, proxy }) => {
    await nextConfig();
    await proxy.reload();
  },
  "flood of resets": async ({ port }) => {
    await all(FLOOD, () => connectAndReset(port, new Uint8Array()));
  },
  "target goes": async ({ coming, ledger }) => {
    // What the kernel has taken for the listener, and nobody accepted, is lost.
    const fault = ledger.begins("target goes", SLACK_MS, THROUGH_THE_LIST);
    coming.stop();
    fault.end = performance.now();
    await delay(3_000);
    coming.start();
  },
  "flood of silent ends": async ({ port }) => {
    await all(FLOOD, async () => (await connectLocal(port)).close());
  },
  "slow log reader": ({ proxy }) => {
    proxy.pauseReading(8_000);
    return Promise.resolve();
  },
  "worker crashes": async ({ port, ledger }) => {
    const conn = await connectLocal(port);
    const fault = ledger.begins("worker crashes", DYING_MS);
    await writeAll(conn, bytesOf("CRASH\n"));
    await readAll(conn).catch(() => {});
    fault.end = performance.now();
    closeQuietly(conn);
  },
  "half-open clients": async ({ port }) => {
    // They begin a request and leave in the middle of it.
    await all(FLOOD / 4, async () => {
      const conn = await connectLocal(port);
      await writeAll(conn, bytesOf("GET / HT"));
      conn.close();
    });
  },
  "no descriptors": noDescriptors,
};

/** Holds connections until the proxy has no descriptor left, then lets go. */
async function noDescriptors(context: FaultContext): Promise<void> {
  const { port, ledger, proxy, descriptors } = context;
  const fault = ledger.begins("no descriptors", SLACK_MS);
  const held: Deno.TcpConn[] = [];
  for (let count = 0; count < descriptors; count++) {
    const conn = await connectLocal(port).catch(() => null);
    if (conn === null) break;
    held.push(conn);
    await writeAll(conn, bytesOf("HOLD")).catch(() => {});
    if (count % 50 === 0 && await proxy.descriptors() >= descriptors - 2) break;
  }
  await delay(1_000);
  for (const conn of held) closeQuietly(conn);
  fault.end = performance.now();
}

async function all(
  count: number,
  client: () => Promise<unknown>,
): Promise<void> {
  await Promise.all(
    Array.from({ length: count }, () => client().catch(() => {})),
  );
}

/**
 * Causes faults in turn until the signal.
 *
 * @returns How often each was caused.
 */
export async function causeFaults(
  context: FaultContext,
): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  const { signal } = context;
  while (!signal.aborted) {
    for (const [name, cause] of Object.entries(FAULTS)) {
      await delay(PAUSE_MS, { signal }).catch(() => {});
      if (signal.aborted) break;
      context.ledger.mark(name);
      await cause(context);
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
  }
  return counts;
}
