/**
 * Closing without a complaint.
 *
 * @module
 */

/** Closes a connection that may be closed already. */
export function closeQuietly(conn: Deno.Conn): void {
  try {
    conn.close();
  } catch {
    // It was closed.
  }
}
