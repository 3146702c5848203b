/** A UDP socket that real clients send to, and that never answers. */
import { createSocket } from "node:dgram";
import { program } from "./programs.ts";
import { PATIENCE_MS } from "./wait.ts";

/** A client that is run. */
export interface UdpClient {
  readonly name: string;
  /** Its arguments; `PORT` is that of the socket. */
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Standard input. Default: nothing, and it stays open. */
  readonly stdin?: string;
  /** What it needs before it is run: files that name the port, say. */
  readonly prepare?: (port: string) => Promise<void>;
}

/**
 * Runs a client and shows its datagrams, those of its first socket, as they come.
 *
 * @param look Hears all so far; says whether they are enough.
 * @throws {Error} When they are not in time, or the client ends before.
 */
export async function hearClient(
  { name, args, env = {}, stdin, prepare }: UdpClient,
  look: (datagrams: readonly Uint8Array[]) => boolean,
): Promise<void> {
  const socket = createSocket("udp4");
  const enough = Promise.withResolvers<void>();
  const datagrams: Uint8Array[] = [];
  let client: string | null = null;
  socket.on("message", (message, { address, port }) => {
    client ??= `${address}:${port}`;
    if (client !== `${address}:${port}`) return;
    datagrams.push(Uint8Array.from(message));
    if (look(datagrams)) enough.resolve();
  });
  const bound = Promise.withResolvers<void>();
  socket.bind(0, "127.0.0.1", bound.resolve);
  await bound.promise;
  const port = String(socket.address().port);
  await prepare?.(port);
  const withPort = (text: string) => text.replaceAll("PORT", port);
  const child = new Deno.Command(program(name), {
    args: args.map(withPort),
    env: Object.fromEntries(
      Object.entries(env).map(([key, value]) => [key, withPort(value)]),
    ),
    stdin: "piped",
    stdout: "null",
    // A child of its own could hold a pipe open.
    stderr: "null",
  }).spawn();
  const writer = child.stdin.getWriter();
  if (stdin !== undefined) {
    await writer.write(new TextEncoder().encode(stdin)).catch(() => {});
    await writer.close().catch(() => {});
  }
  const late = setTimeout(() => kill(child), PATIENCE_MS);
  const ended = child.status.then(({ code }) => {
    throw new Error(`${name} sent ${datagrams.length} datagrams: code ${code}`);
  });
  try {
    await Promise.race([enough.promise, ended]);
  } finally {
    clearTimeout(late);
    kill(child);
    await writer.close().catch(() => {});
    await ended.catch(() => {});
    const closed = Promise.withResolvers<void>();
    socket.close(() => closed.resolve());
    await closed.promise;
  }
}

function kill(child: Deno.ChildProcess): void {
  try {
    child.kill("SIGKILL");
  } catch {
    // It has ended by itself.
  }
}
