/** One connection through passthru in this process, against a direct one. */
import { forwardTo, oneServer, serveConfig } from "../support/passthru.ts";
import { service } from "../support/services.ts";
import { readExactly, writeAll } from "../support/tcp.ts";

const HEAD = new TextEncoder().encode(
  "GET / HTTP/1.1\r\nHost: a.example\r\n\r\n",
);
const BULK = new Uint8Array(16 * 1024 * 1024);

/** Answers the first byte of a connection with one byte, then takes the rest. */
const echo = service(async (conn) => {
  const buffer = new Uint8Array(256 * 1024);
  let first = true;
  for (
    let n = await conn.read(buffer);
    n !== null;
    n = await conn.read(buffer)
  ) {
    if (first) await writeAll(conn, HEAD.subarray(0, 1));
    first = false;
  }
  await writeAll(conn, HEAD.subarray(0, 1));
});

const proxy = serveConfig(oneServer({
  TLS: forwardTo(echo.address),
  HTTP: { "HOST a.example": { action: "FORWARD", to_addr: echo.address } },
  CATCHALL: forwardTo(echo.address),
}));

async function exchange(port: number, upload?: Uint8Array): Promise<void> {
  const conn = await Deno.connect({ hostname: "127.0.0.1", port });
  await writeAll(conn, HEAD);
  await readExactly(conn, 1);
  if (upload !== undefined) await writeAll(conn, upload);
  await conn.closeWrite();
  await readExactly(conn, 1);
  conn.close();
}

// A function that is not marked async is not awaited.
Deno.bench({
  name: "a connection, direct",
  group: "connection",
  baseline: true,
  fn: async () => await exchange(echo.port),
});
Deno.bench({
  name: "a connection, through passthru",
  group: "connection",
  fn: async () => await exchange(proxy.port),
});
Deno.bench({
  name: "16 MiB, direct",
  group: "bulk",
  baseline: true,
  fn: async () => await exchange(echo.port, BULK),
});
Deno.bench({
  name: "16 MiB, through passthru",
  group: "bulk",
  fn: async () => await exchange(proxy.port, BULK),
});
