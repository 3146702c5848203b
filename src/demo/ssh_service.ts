/**
 * A service that looks like SSH as far as its banner (RFC 4253 section 4.2), and
 * echoes after that. There is no key exchange and no login behind it: a real SSH
 * client is told so in a disconnect message (section 11.1) and sent away.
 *
 * @module
 */

import { LineReader, writeAll } from "./line_reader.ts";

const ECHO_BUFFER_BYTES = 16 * 1024;
const MSG_DISCONNECT = 1;
const DISCONNECT_BY_APPLICATION = 11;
const NOTICE = "passthru demo: this target has a banner and an echo, no SSH";

/**
 * Sends the banner, reads the client's, then echoes until the client ends or
 * begins a key exchange.
 *
 * @param conn The client; it is left to the caller to close.
 */
export async function converseSsh(conn: Deno.TcpConn): Promise<void> {
  await writeAll(conn, "SSH-2.0-passthru_demo\r\n");
  const lines = new LineReader(conn);
  if (await lines.readLine() !== null) await echo(conn, lines.readHeld());
  await conn.closeWrite();
}

/**
 * Sends back what comes, the bytes at hand first, unless it begins with an SSH
 * packet: its length (at most 35000, section 6.1) begins with a zero byte, which
 * no typed text does.
 */
async function echo(conn: Deno.TcpConn, held: Uint8Array): Promise<void> {
  const buffer = new Uint8Array(ECHO_BUFFER_BYTES);
  let bytes = held.length > 0 ? held : await readSome(conn, buffer);
  if (bytes?.[0] === 0) return await sendAway(conn, buffer);
  while (bytes !== null) {
    await writeAll(conn, bytes);
    bytes = await readSome(conn, buffer);
  }
}

/** Reads what there is; null at the end. */
async function readSome(
  conn: Deno.TcpConn,
  buffer: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array | null> {
  const read = await conn.read(buffer);
  return read === null ? null : buffer.subarray(0, read);
}

/**
 * Sends the disconnect message and reads on to the client's end: closing while
 * its bytes are unread would reset the connection and could lose the message.
 */
async function sendAway(
  conn: Deno.TcpConn,
  scratch: Uint8Array<ArrayBuffer>,
): Promise<void> {
  await writeAll(conn, disconnectPacket(NOTICE));
  await conn.closeWrite();
  while (await conn.read(scratch) !== null);
}

/** An unencrypted SSH packet with a disconnect message. */
function disconnectPacket(description: string): Uint8Array {
  const said = new TextEncoder().encode(description);
  const payload = 1 + 4 + 4 + said.length + 4;
  // Length field, padding length, payload and padding fill blocks of 8 bytes,
  // and the padding is at least 4.
  const total = Math.ceil((4 + 1 + payload + 4) / 8) * 8;
  const packet = new Uint8Array(total);
  const view = new DataView(packet.buffer);
  view.setUint32(0, total - 4);
  view.setUint8(4, total - 5 - payload);
  view.setUint8(5, MSG_DISCONNECT);
  view.setUint32(6, DISCONNECT_BY_APPLICATION);
  view.setUint32(10, said.length);
  packet.set(said, 14);
  return packet;
}
