/** Targets that say who they are, and clients that ask whom they have got. */
import { delay } from "@std/async/delay";
import { pooledMap } from "@std/async/pool";
import { type Service, service } from "./services.ts";
import { readAll, textOf, writeAll } from "./tcp.ts";
import { within } from "./wait.ts";

/**
 * Running targets. Each says its name as soon as a client connects, and closes
 * only when the client has: a proxy between them may break a connection off at
 * the end of either side, and what is under way then is lost.
 */
export class NamedTargets implements AsyncDisposable {
  readonly #services: ReadonlyMap<string, Service>;

  /** Starts them. */
  constructor(names: readonly string[]) {
    this.#services = new Map(names.map((name) => [
      name,
      service(async (conn) => {
        await writeAll(conn, new TextEncoder().encode(`${name}\n`));
        await readAll(conn);
      }),
    ]));
  }

  /** Port of a target on 127.0.0.1. */
  port(name: string): number {
    return this.#services.get(name)!.port;
  }

  /**
   * A text with values in place of `{name}`: those that are given, and the ports
   * of the targets.
   */
  filled(
    text: string,
    values: Readonly<Record<string, string | number>>,
  ): string {
    return text.replace(
      /\{([a-z0-9_]+)\}/g,
      (whole, name: string) =>
        String(values[name] ?? this.#services.get(name)?.port ?? whole),
    );
  }

  async [Symbol.asyncDispose]() {
    for (const one of this.#services.values()) {
      await one[Symbol.asyncDispose]();
    }
  }
}

/** What a client sends, piece by piece. */
export interface Opening {
  readonly name: string;
  readonly pieces: readonly Uint8Array[];
}

/** For a client that no target has answered. */
export const CLOSED = "closed";

/** How clients ask. */
export interface AskOptions {
  /** How many connect at the same time. Default: 64. */
  readonly atOnce?: number;
  /**
   * Pause between two pieces, so that they arrive one by one. Where they go does
   * not depend on it. Default: none.
   */
  readonly pauseMs?: number;
}

/** The target that each opening gets at a port, or {@linkcode CLOSED}. */
export async function targetsAt(
  port: number,
  openings: readonly Opening[],
  { atOnce = 64, pauseMs = 0 }: AskOptions = {},
): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  const answers = pooledMap(atOnce, openings, async ({ name, pieces }) => ({
    name,
    target: await within(name, targetAt(port, pieces, pauseMs)),
  }));
  for await (const { name, target } of answers) found.set(name, target);
  return found;
}

async function targetAt(
  port: number,
  pieces: readonly Uint8Array[],
  pauseMs: number,
): Promise<string> {
  using conn = await Deno.connect({ hostname: "127.0.0.1", port });
  conn.setNoDelay(true);
  try {
    for (const [index, piece] of pieces.entries()) {
      if (index > 0 && pauseMs > 0) await delay(pauseMs);
      await writeAll(conn, piece);
    }
  } catch (error) {
    // What has come before the other end broke it off is still there.
    if (!isBroken(error)) throw error;
  }
  try {
    return await nameFrom(conn) ?? CLOSED;
  } catch (error) {
    if (!isBroken(error)) throw error;
    return CLOSED;
  }
}

/** Reads until the name is whole; `null`: the end comes before. */
async function nameFrom(conn: Deno.Conn): Promise<string | null> {
  const buffer = new Uint8Array(64);
  for (let text = "";;) {
    const count = await conn.read(buffer);
    if (count === null) return null;
    text += textOf(buffer.subarray(0, count));
    const end = text.indexOf("\n");
    if (end >= 0) return text.slice(0, end);
  }
}

function isBroken(error: unknown): boolean {
  return error instanceof Deno.errors.ConnectionReset ||
    error instanceof Deno.errors.BrokenPipe;
}
