/**
 * Closing without a complaint.
 *
 * @module
 */

/** Closes a connection that may be closed already. */
export function closeQuietly(conn: Pick<Deno.Conn, "close">): void {
  try {
    conn.close();
  } catch {
    // It was closed.
  }
}
