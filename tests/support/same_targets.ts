/**
 * Whether a program and passthru with its imported config send clients to the
 * same targets.
 */
import { assertEquals } from "@std/assert";
import { delay } from "@std/async/delay";
import { parse } from "@std/jsonc";
import { importText } from "./imports.ts";
import { serveConfig } from "./passthru.ts";
import { type Service, service } from "./services.ts";
import { readAll, textOf, writeAll } from "./tcp.ts";
import { within } from "./wait.ts";

/** What a client sends, in pieces that arrive one after the other. */
export type Opening = readonly Uint8Array[];

/**
 * Pause of a client between two pieces, so that they arrive one by one. Where
 * they go does not depend on it.
 */
const PIECE_PAUSE_MS = 20;
/** How many clients connect at the same time. */
const AT_ONCE = 12;

/** Services that say their name to each client. */
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

  /** A text with the ports of the targets in place of `{name}`. */
  filled(text: string, ports: Readonly<Record<string, number>>): string {
    return text.replace(
      /\{([a-z0-9_]+)\}/g,
      (whole, name: string) =>
        String(ports[name] ?? this.#services.get(name)?.port ?? whole),
    );
  }

  async [Symbol.asyncDispose]() {
    for (const one of this.#services.values()) {
      await one[Symbol.asyncDispose]();
    }
  }
}

/**
 * Connects to a port and sends an opening.
 *
 * @returns The name that the target says, or `closed`.
 */
async function visit(port: number, opening: Opening): Promise<string> {
  using conn = await Deno.connect({ hostname: "127.0.0.1", port });
  conn.setNoDelay(true);
  try {
    for (const [index, piece] of opening.entries()) {
      if (index > 0) await delay(PIECE_PAUSE_MS);
      await writeAll(conn, piece);
    }
    const buffer = new Uint8Array(64);
    const count = await within("an answer", conn.read(buffer));
    return count === null
      ? "closed"
      : textOf(buffer.subarray(0, count)).split("\n")[0]!;
  } catch (error) {
    if (
      error instanceof Deno.errors.ConnectionReset ||
      error instanceof Deno.errors.BrokenPipe
    ) return "closed";
    throw error;
  }
}

/** Where each opening goes, by its name. */
async function visitAll(
  port: number,
  openings: Readonly<Record<string, Opening>>,
): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  const left = Object.entries(openings);
  await Promise.all(Array.from({ length: AT_ONCE }, async () => {
    for (let one = left.shift(); one !== undefined; one = left.shift()) {
      found[one[0]] = await visit(port, one[1]);
    }
  }));
  return found;
}

/** What is compared. */
export interface Comparison {
  /** Port of the original. */
  readonly port: number;
  /** The original, with the port 0 where it listens. */
  readonly original: string;
  /** Name of its file. */
  readonly file: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly openings: Readonly<Record<string, Opening>>;
}

/**
 * Sends all openings to the original and to passthru with the imported config.
 *
 * @returns Where each went, and what differs: `original → imported`.
 */
export async function compare(
  { port, original, file, files = {}, openings }: Comparison,
): Promise<{
  readonly targets: Record<string, string>;
  readonly differences: Record<string, string>;
}> {
  const { text, notes, problems } = await importText(original, { file, files });
  assertEquals(problems, []);
  assertEquals(notes.filter((note) => note.includes("passthru refuses")), []);
  const config = parse(text) as { servers: Record<string, unknown> };
  // The first free port in place of the original's.
  const servers = Object.entries(config.servers).map((
    [address, server],
  ) => [
    address.replace(/:\d+$/, ":0").replace(/^0\.0\.0\.0/, "127.0.0.1"),
    server,
  ]);
  await using server = serveConfig({
    ...config,
    servers: Object.fromEntries(servers.slice(0, 1)),
  });
  const targets = await visitAll(port, openings);
  const imported = await visitAll(server.port, openings);
  const differences = Object.entries(targets)
    .filter(([name, target]) => imported[name] !== target)
    .map(([name, target]) => [name, `${target} → ${imported[name]}`]);
  return { targets, differences: Object.fromEntries(differences) };
}

/**
 * Fails unless exactly these openings go elsewhere.
 *
 * @param expected By the opening: `original → imported`, and why.
 */
export function assertDifferences(
  found: Readonly<Record<string, string>>,
  expected: Readonly<Record<string, readonly [string, string]>>,
): void {
  assertEquals(
    found,
    Object.fromEntries(
      Object.entries(expected).map(([name, [difference]]) => [
        name,
        difference,
      ]),
    ),
  );
}
