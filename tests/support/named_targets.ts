/** Targets that say who they are, and clients that ask whom they have got. */
import { pooledMap } from "@std/async/pool";
import { readAll, textOf, writeAll } from "./tcp.ts";
import { within } from "./wait.ts";

/** Running targets. */
export interface NamedTargets extends AsyncDisposable {
  /** Port of a target on 127.0.0.1. */
  port(name: string): number;
}

/** Starts targets. Each says its name as soon as a client connects. */
export function namedTargets(names: readonly string[]): NamedTargets {
  const listeners = new Map(names.map((name) => [
    name,
    Deno.listen({ hostname: "127.0.0.1", port: 0 }),
  ]));
  const serving = [...listeners].map(async ([name, listener]) => {
    const open = new Set<Promise<void>>();
    for await (const conn of listener) {
      const done = answer(conn, name).finally(() => open.delete(done));
      open.add(done);
    }
    await Promise.all(open);
  });
  return {
    port: (name) => (listeners.get(name)!.addr as Deno.NetAddr).port,
    async [Symbol.asyncDispose]() {
      for (const listener of listeners.values()) listener.close();
      await Promise.all(serving);
    },
  };
}

async function answer(conn: Deno.Conn, name: string): Promise<void> {
  try {
    await writeAll(conn, new TextEncoder().encode(`${name}\n`));
    await conn.closeWrite();
    await readAll(conn);
  } catch {
    // The client is gone.
  } finally {
    conn.close();
  }
}

/** What a client sends, piece by piece. */
export interface Opening {
  readonly name: string;
  readonly pieces: readonly Uint8Array[];
}

/** For a client that no target has answered. */
export const REFUSED = "refused";

/** The target that each opening gets at a port. */
export async function targetsAt(
  port: number,
  openings: readonly Opening[],
): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  const answers = pooledMap(64, openings, async (opening) => ({
    name: opening.name,
    target: await within(opening.name, targetAt(port, opening.pieces)),
  }));
  for await (const { name, target } of answers) found.set(name, target);
  return found;
}

async function targetAt(
  port: number,
  pieces: readonly Uint8Array[],
): Promise<string> {
  const conn = await Deno.connect({ hostname: "127.0.0.1", port });
  conn.setNoDelay(true);
  try {
    for (const piece of pieces) await writeAll(conn, piece);
  } catch {
    // It has been refused before all was sent.
  }
  try {
    // Until the name has come: a target closes its side behind it.
    return textOf(await readAll(conn)).trim() || REFUSED;
  } catch {
    return REFUSED;
  } finally {
    conn.close();
  }
}
