/** TCP pieces for tests: loopback only, ports chosen by the system. */
import { createServer, type Socket } from "node:net";
import { freePorts } from "./free_ports.ts";

/** Both ends of a loopback connection. */
export async function tcpPair(): Promise<{
  near: Deno.TcpConn;
  far: Deno.TcpConn;
}> {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const [near, far] = await Promise.all([
    Deno.connect({ hostname: "127.0.0.1", port: listener.addr.port }),
    listener.accept(),
  ]);
  return { near, far };
}

/**
 * A connection whose far end breaks it with a reset. `Deno.TcpConn` cannot: its
 * `close` ends the write direction in order first.
 */
export async function resettablePair(): Promise<{
  near: Deno.TcpConn;
  /** Sends as much as there is room for; the rest is lost with the reset. */
  send: (bytes: Uint8Array) => void;
  reset: () => void;
}> {
  const server = createServer({ allowHalfOpen: true });
  const accepted = new Promise<Socket>((resolve) =>
    server.once("connection", resolve)
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  const near = await Deno.connect({ hostname: "127.0.0.1", port });
  const far = await accepted;
  server.close();
  return {
    near,
    send: (bytes) => void far.write(bytes),
    reset: () => void far.resetAndDestroy(),
  };
}

/** A port on which nothing listens. */
export function closedPort(): number {
  return freePorts(1)[0]!;
}

/** Reads to the end of the stream. */
export async function readAll(conn: Deno.Conn): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  const buffer = new Uint8Array(64 * 1024);
  for (
    let n = await conn.read(buffer);
    n !== null;
    n = await conn.read(buffer)
  ) {
    chunks.push(buffer.slice(0, n));
  }
  return concat(chunks);
}

/** Reads exactly so many bytes, fewer only at the end of the stream. */
export async function readExactly(
  conn: Deno.Conn,
  count: number,
): Promise<Uint8Array> {
  const bytes = new Uint8Array(count);
  let at = 0;
  while (at < count) {
    const n = await conn.read(bytes.subarray(at));
    if (n === null) break;
    at += n;
  }
  return bytes.subarray(0, at);
}

/** Writes all of it. */
export async function writeAll(
  conn: Deno.Conn,
  bytes: Uint8Array,
): Promise<void> {
  let at = 0;
  while (at < bytes.length) at += await conn.write(bytes.subarray(at));
}

/** Chunks as one. */
export function concat(chunks: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(chunks.reduce((sum, c) => sum + c.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

/** UTF-8 bytes of a text. */
export function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

/** Text of UTF-8 bytes. */
export function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

/** Bytes that no compression or repetition can fake, the same at every call. */
export function noise(length: number, seed = 1): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  let state = seed >>> 0 || 1;
  for (let i = 0; i < length; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    bytes[i] = state;
  }
  return bytes;
}
