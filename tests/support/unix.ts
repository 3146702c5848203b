/** Unix sockets for tests, in temporary folders. */
import { untilRefused } from "./close_listener.ts";
import { bytesOf, readAll, textOf, writeAll } from "./tcp.ts";

/** A service on a Unix socket. */
export interface UnixService extends AsyncDisposable {
  /** `unix:/path`, for a config. */
  readonly address: string;
}

/** As `namedEcho`, on a Unix socket. */
export function unixEcho(path: string, name: string): UnixService {
  const listener = Deno.listen({ transport: "unix", path });
  const serving: Promise<void>[] = [];
  const accepting = (async () => {
    for await (const conn of listener) serving.push(echo(conn, name));
  })();
  return {
    address: `unix:${path}`,
    async [Symbol.asyncDispose]() {
      listener.close();
      await accepting;
      await Promise.all(serving);
    },
  };
}

async function echo(conn: Deno.Conn, name: string): Promise<void> {
  try {
    const got = await readAll(conn);
    await writeAll(conn, bytesOf(`${name}:`));
    await writeAll(conn, got);
  } catch {
    // The other end broke it off.
  }
  conn.close();
}

/** Asks a `namedEcho` through a Unix socket. @returns All that it said. */
export async function askUnix(path: string, said: string): Promise<string> {
  const conn = await Deno.connect({ transport: "unix", path });
  try {
    return await askOn(conn, said);
  } finally {
    conn.close();
  }
}

/** The same on a connection that is there already. */
export async function askOn(conn: Deno.Conn, said: string): Promise<string> {
  await writeAll(conn, bytesOf(said));
  await conn.closeWrite();
  return textOf(await readAll(conn));
}

/** Leaves behind what a listener leaves that ends without a word. */
export async function leaveSocket(path: string): Promise<void> {
  const listener = Deno.listen({ transport: "unix", path: `${path}.moved` });
  await Deno.rename(`${path}.moved`, path);
  listener.close();
  await untilRefused({ path });
}

/** Whether there is anything at a path. */
export function exists(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch {
    return false;
  }
}
