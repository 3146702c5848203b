/**
 * A service in which the server speaks first, as SMTP, FTP and MySQL do: the
 * client is silent until it has been greeted.
 *
 * @module
 */

import { LineReader, writeAll } from "./line_reader.ts";

/**
 * Greets the client, then answers each of its lines until `QUIT` or its end.
 *
 * @param conn The client; it is left to the caller to close.
 */
export async function converseGreeting(conn: Deno.TcpConn): Promise<void> {
  await writeAll(conn, "220 demo.localhost says hello first\r\n");
  const lines = new LineReader(conn);
  for (;;) {
    const line = await lines.readLine();
    if (line === null) break;
    if (line.trim().toUpperCase() === "QUIT") {
      await writeAll(conn, "221 goodbye\r\n");
      break;
    }
    await writeAll(conn, `250 you said: ${line}\r\n`);
  }
  await conn.closeWrite();
}
