/** The page of a passthru that serves clients, as a process of its own. */
import { assertEquals } from "@std/assert";
import type { ConnectionList } from "../../src/admin/api.ts";
import { AdminClient, adminPort } from "./admin_client.ts";
import { type ConfigFile, configFile } from "./config_file.ts";
import { connectLocal, expectEnd } from "./dialogue.ts";
import { mirror } from "./long_transfers.ts";
import type { PageServer, Visit } from "./page_server.ts";
import { forwardTo, oneServer } from "./passthru.ts";
import { type PassthruProcess, startPassthru } from "./process.ts";
import { noise, readExactly, writeAll } from "./tcp.ts";
import { until, within } from "./wait.ts";
import { wire } from "./wire.ts";

/** A process whose page is looked at. */
export interface ServedPage extends PageServer {
  /** `127.0.0.1:port` of the target that sends all back. */
  readonly target: string;
  readonly api: AdminClient;
  readonly passthru: PassthruProcess;
  /** Of the process; it is read again at a reload. */
  readonly file: ConfigFile;
  /** The config, with other protocols of the server or fields at the top. */
  config(server?: object, more?: object): object;
  /** Connects a client that sends this and stays. */
  open(opening: Uint8Array): Promise<Visit>;
}

/**
 * Starts a process with an admin server on a free port, and a target that sends
 * back what it gets from clients of HTTP and TLS.
 *
 * @param server More protocols of the one server, or others in their place.
 */
export async function served(server: object = {}): Promise<ServedPage> {
  await using stack = new AsyncDisposableStack();
  const target = stack.use(mirror());
  const file = stack.use(await configFile());
  const toTarget = forwardTo(target.address);
  // Where a rule asks for the host, a request with one that is none is malformed.
  const byHost = {
    "HOST no.example": target.address,
    CATCHALL: target.address,
  };
  const config = (instead = server, more = {}) => ({
    ...oneServer({ TLS: toTarget, HTTP: byHost, ...instead }) as object,
    admin: { listen: "127.0.0.1:0" },
    ...more,
  });
  const passthru = stack.use(
    await startPassthru(config(), { file: file.path }),
  );
  const port = await adminPort(passthru);
  const api = new AdminClient(port);
  const [clients] = passthru.ports as [number];
  const open = (bytes: Uint8Array) => openVisit({ api, clients }, bytes);
  const kept = stack.move();
  return {
    origin: `http://127.0.0.1:${port}`,
    target: target.address,
    api,
    passthru,
    file,
    config,
    open,
    visit: ({ host, path = "/" }) =>
      open(wire(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\n\r\n`)),
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

async function openVisit(
  { api, clients }: { readonly api: AdminClient; readonly clients: number },
  opening: Uint8Array,
): Promise<Visit> {
  const conn = await connectLocal(clients);
  const { port } = conn.localAddr;
  await writeAll(conn, opening);
  const id = await until("the connection", () => idOf(api, port));
  let unread = opening.length;
  return {
    id,
    async transfer(bytes) {
      const sent = noise(bytes);
      const [got] = await Promise.all([
        readExactly(conn, unread + bytes),
        writeAll(conn, sent),
      ]);
      assertEquals(got.subarray(unread), sent);
      unread = 0;
    },
    async end() {
      await conn.closeWrite();
      await readExactly(conn, unread);
      await expectEnd(conn);
      conn.close();
    },
    async closed() {
      await readExactly(conn, unread);
      await within("the end of a client", expectEnd(conn));
      conn.close();
    },
  };
}

async function idOf(api: AdminClient, port: number): Promise<number | null> {
  const { body } = await api.get<ConnectionList>(
    `/api/connections?state=all&q=127.0.0.1:${port}`,
  );
  const client = `127.0.0.1:${port}`;
  return body.connections.find((each) => each.client === client)?.id ?? null;
}
