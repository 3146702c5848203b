/**
 * Whether a program and passthru with its imported config send clients to the
 * same targets.
 */
import { assertEquals } from "@std/assert";
import { importText } from "./imports.ts";
import { type Opening, targetsAt } from "./named_targets.ts";
import { serveConfig } from "./passthru.ts";

/** What clients send, in pieces that arrive one after the other, by a name. */
export type Openings = Readonly<Record<string, readonly Uint8Array[]>>;

/** Pause of a client between two pieces. */
const PIECE_PAUSE_MS = 20;
/** How many clients connect at the same time. */
const AT_ONCE = 12;
/** How often clients ask whose targets differ, on a busy machine. */
const ROUNDS = 4;

/** What is compared. */
export interface Comparison {
  /** Port of the original. */
  readonly port: number;
  /** The original, with the port 0 where it listens. */
  readonly original: string;
  /** Name of its file. */
  readonly file: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly openings: Openings;
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
  const { config, notes, problems } = await importText(original, {
    file,
    files,
  });
  assertEquals(problems, []);
  assertEquals(notes.filter((note) => note.includes("passthru refuses")), []);
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
  const list = Object.entries(openings)
    .map(([name, pieces]) => ({ name, pieces }));
  const options = { atOnce: AT_ONCE, pauseMs: PIECE_PAUSE_MS };
  const targets = await targetsAt(port, list, options);
  const imported = await targetsAt(server.port, list, options);
  const differences = [...targets]
    .filter(([name, target]) => imported.get(name) !== target)
    .map(([name, target]) => [name, `${target} → ${imported.get(name)}`]);
  return {
    targets: Object.fromEntries(targets),
    differences: Object.fromEntries(differences),
  };
}

/**
 * What the original and passthru decide otherwise, also when the clients in
 * question ask again: on a busy machine one may be slower than a delay.
 *
 * @param ports Of the original and of passthru.
 */
export async function differing(
  openings: readonly Opening[],
  ports: readonly [original: number, passthru: number],
): Promise<{ found: string[]; targets: Set<string> }> {
  const targets = new Set<string>();
  let left = openings;
  let found: string[] = [];
  for (let round = 0; round < ROUNDS && left.length > 0; round++) {
    const [expected, given] = await Promise.all(
      ports.map((port) => targetsAt(port, left)),
    ) as [Map<string, string>, Map<string, string>];
    for (const target of expected.values()) targets.add(target);
    left = left.filter(({ name }) => expected.get(name) !== given.get(name));
    found = left.map(({ name }) =>
      `${name}: ${expected.get(name)} → ${given.get(name)}`
    );
  }
  return { found, targets };
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
