/** What the built-in detectors say of real clients, over loopback. */
import { BUILTINS } from "../../src/detect/builtins.ts";
import type { Facts } from "../../src/detect/detector.ts";
import { Identifier } from "../../src/detect/identify.ts";

/** What was found in a connection, and by which detector. */
export interface Found {
  /** The name of the detector. */
  readonly name: string;
  /** What it has learnt. */
  readonly facts: Facts;
}

/** Lets a client connect, and says what it is. */
export async function identifyClient(
  client: (port: number) => Promise<void>,
): Promise<Found | null> {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const done = client(listener.addr.port);
  const conn = await Promise.race([
    listener.accept(),
    done.then(() => {
      throw new Error("The client has ended without a connection");
    }),
  ]);
  const found = await identify(conn);
  await done;
  return found;
}

/** Reads until the detectors have decided, then hangs up. */
async function identify(conn: Deno.Conn): Promise<Found | null> {
  using _ = conn;
  const identifier = new Identifier(BUILTINS.map((detector) => ({
    detector,
    needs: new Set(
      Object.values(detector.rules).map(({ fact }) => fact)
        .filter((fact) => !fact.startsWith("ja")),
    ),
  })));
  const buffer = new Uint8Array(65536);
  for (let length = 0;;) {
    const count = await conn.read(buffer.subarray(length));
    length += count ?? 0;
    const found = identifier.look(buffer.subarray(0, length), count === null);
    if (found.kind === "undecided") continue;
    return found.kind === "unidentified"
      ? null
      : { name: BUILTINS[found.index]!.name, facts: found.facts };
  }
}
