/** What simple clients and targets of tests say and hear. */
import { assertEquals } from "@std/assert";
import { type Service, service } from "./services.ts";
import { bytesOf, readAll, readExactly, textOf, writeAll } from "./tcp.ts";

/** Connects to a port of this machine. */
export async function connectLocal(
  port: number,
  hostname = "127.0.0.1",
): Promise<Deno.TcpConn> {
  return await Deno.connect({ hostname, port });
}

/** Closes a connection that may be closed already. */
export function closeQuietly(conn: Deno.Conn): void {
  try {
    conn.close();
  } catch {
    // It was closed.
  }
}

/** Checks what comes next. */
export async function expectText(conn: Deno.Conn, text: string): Promise<void> {
  assertEquals(textOf(await readExactly(conn, text.length)), text);
}

/** Checks that nothing comes but the end, be it by a reset. */
export async function expectEnd(conn: Deno.Conn): Promise<void> {
  try {
    assertEquals(textOf(await readAll(conn)), "");
  } catch (error) {
    if (!(error instanceof Deno.errors.ConnectionReset)) throw error;
  }
}

/** Says its name as soon as something comes, and echoes as it comes. */
export function promptEcho(name: string): Service {
  return service(async (conn) => {
    const buffer = new Uint8Array(16 * 1024);
    let said = false;
    for (
      let n = await conn.read(buffer);
      n !== null;
      n = await conn.read(buffer)
    ) {
      if (!said) await writeAll(conn, bytesOf(`${name}:`));
      said = true;
      await writeAll(conn, buffer.slice(0, n));
    }
  });
}

/** Speaks first, then takes one line and takes leave. */
export function greeter(): Service {
  return service(async (conn) => {
    await writeAll(conn, bytesOf("220 hello\r\n"));
    const line = textOf(await readExactly(conn, 6));
    await writeAll(conn, bytesOf(`221 bye ${line}`));
  });
}
