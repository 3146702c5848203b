/**
 * What the soaked passthru forwards to, and the configs that say so.
 *
 * @module
 */
import { makeCertificate } from "../support/certificates.ts";
import { mirror } from "../support/long_transfers.ts";
import {
  type PostgresServer,
  startPostgres,
} from "../support/postgres_server.ts";
import { programs } from "../support/programs.ts";
import { resettingService } from "../support/reset.ts";
import { namedEcho, type Service, service } from "../support/services.ts";
import { type Sshd, startSshd } from "../support/sshd.ts";
import { bytesOf, readExactly, writeAll } from "../support/tcp.ts";

/** The site that the TLS server has a certificate for. */
export const TLS_HOST = "soak.test";
/** What the service that speaks first says. */
export const GREETING = "220 soak\r\n";
/** What the service that breaks off says before. */
export const LAST_WORDS = "then it breaks";

/** What the real PostgreSQL server calls itself. */
export const CLUSTER = "soaked";

/** The services of a soak. */
export interface Targets extends AsyncDisposable {
  readonly tls: Service;
  readonly http: Service;
  /** Sends back what it gets, as it comes. */
  readonly mirror: Service;
  /** Speaks first. */
  readonly greeter: Service;
  /** Answers, then resets. */
  readonly resetting: Service;
  /** Takes a connection and never says anything. */
  readonly mute: Service;
  /** One that comes and goes, beside one that stays. */
  readonly staying: Service;
  readonly coming: ComingAndGoing;
  /** Real servers; `null` where they are not installed. */
  readonly sshd: Sshd | null;
  readonly postgres: PostgresServer | null;
}

/** A service that is stopped and started at the same port. */
export class ComingAndGoing implements AsyncDisposable {
  readonly port: number;
  #listener: Deno.TcpListener | null = null;

  constructor(port: number) {
    this.port = port;
    this.start();
  }

  /** Serves: what a client says is sent back when it has ended its side. */
  start(): void {
    this.#listener = Deno.listen({ hostname: "127.0.0.1", port: this.port });
    void this.#accept(this.#listener);
  }

  /** Refuses; what is open goes on. */
  stop(): void {
    this.#listener?.close();
    this.#listener = null;
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.stop();
    return Promise.resolve();
  }

  async #accept(listener: Deno.TcpListener): Promise<void> {
    try {
      for await (const conn of listener) void echo(conn);
    } catch {
      // It was stopped.
    }
  }
}

async function echo(conn: Deno.TcpConn): Promise<void> {
  try {
    const buffer = new Uint8Array(4_096);
    let got = "";
    for (
      let n = await conn.read(buffer);
      n !== null;
      n = await conn.read(buffer)
    ) got += new TextDecoder().decode(buffer.subarray(0, n));
    await writeAll(conn, bytesOf(`coming:${got}`));
  } catch {
    // The client has gone.
  } finally {
    conn.close();
  }
}

/** Starts all of them. */
export async function startTargets(
  folder: string,
  comingPort: number,
): Promise<Targets> {
  await using stack = new AsyncDisposableStack();
  const certificate = await makeCertificate(folder, TLS_HOST);
  const targets = {
    tls: stack.use(await tlsMirror(certificate)),
    http: stack.use(httpService()),
    mirror: stack.use(mirror()),
    greeter: stack.use(service(async (conn) => {
      await writeAll(conn, bytesOf(GREETING));
      await writeAll(conn, await readExactly(conn, 6));
    })),
    resetting: stack.use(await resettingService(bytesOf(LAST_WORDS))),
    mute: stack.use(service(async (conn) => {
      for (const buffer = new Uint8Array(1_024); await conn.read(buffer);) {
        // Says nothing, whatever comes.
      }
    })),
    staying: stack.use(namedEcho("staying")),
    coming: stack.use(new ComingAndGoing(comingPort)),
    sshd: isThere(["sshd", "ssh"]) ? stack.use(await startSshd()) : null,
    postgres: isThere(["postgres", "initdb", "psql"])
      ? stack.use(await startPostgres(CLUSTER))
      : null,
  };
  const kept = stack.move();
  return { ...targets, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}

/** @throws {Error} Where they are missing although this is CI. */
function isThere(names: readonly string[]): boolean {
  const { ignore, missing } = programs(names);
  if (!ignore && missing.length > 0) {
    throw new Error(`Not installed: ${missing.join(", ")}`);
  }
  return missing.length === 0;
}

async function tlsMirror(
  { file, keyFile }: { readonly file: string; readonly keyFile: string },
): Promise<Service> {
  const listener = Deno.listenTls({
    hostname: "127.0.0.1",
    port: 0,
    cert: await Deno.readTextFile(file),
    key: await Deno.readTextFile(keyFile),
  });
  const serve = async (conn: Deno.TlsConn) => {
    try {
      const buffer = new Uint8Array(16_384);
      for (
        let n = await conn.read(buffer);
        n !== null;
        n = await conn.read(buffer)
      ) await writeAll(conn, buffer.slice(0, n));
    } catch {
      // The client has gone.
    } finally {
      conn.close();
    }
  };
  const accepting = (async () => {
    for (;;) {
      try {
        void serve(await listener.accept());
      } catch (error) {
        if (error instanceof Deno.errors.BadResource) return;
        // A client broke the handshake off.
      }
    }
  })();
  const { port } = listener.addr as Deno.NetAddr;
  return {
    port,
    address: `127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      listener.close();
      await accepting;
    },
  };
}

function httpService(): Service {
  const server = Deno.serve({
    hostname: "127.0.0.1",
    port: 0,
    onListen: () => {},
    // A client that a fault broke off.
    onError: () => new Response(null, { status: 500 }),
  }, async (request) => new Response(await request.bytes()));
  const { port } = server.addr;
  return {
    port,
    address: `127.0.0.1:${port}`,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

/** The config of the nth reload: each differs from the one before. */
export function soakConfig(
  targets: Targets,
  ports: { readonly listen: number; readonly admin: number },
  nth: number,
): unknown {
  const to = (target: { readonly port: number }) => `127.0.0.1:${target.port}`;
  const forward = (target: { readonly port: number }) => ({
    action: "FORWARD",
    to_addr: to(target),
  });
  const catchall = (target: { readonly port: number }) => ({
    CATCHALL: forward(target),
  });
  const { sshd, postgres } = targets;
  return {
    version: "v1.0.0",
    workers: 2,
    admin: { listen: `127.0.0.1:${ports.admin}` },
    detectors: {
      CRASH: { module: new URL("crash_detector.ts", import.meta.url).pathname },
      RESET: { prefix: "RESET" },
      HOLD: { prefix: "HOLD" },
      LIST: { prefix: "LIST" },
    },
    log: { sample: 20, sample_level: "info" },
    servers: {
      [`127.0.0.1:${ports.listen}`]: {
        TLS: {
          [`SNI ${TLS_HOST}`]: { action: "FORWARD", to_addr: to(targets.tls) },
          [`SNI unused${nth}.test`]: { action: "REJECT" },
        },
        HTTP: {
          "HOST soak.test": {
            action: "FORWARD",
            to_addr: to(targets.http),
          },
        },
        SSH: {
          ...(sshd === null ? {} : { "SOFTWARE OpenSSH*": forward(sshd) }),
          ...catchall(targets.mirror),
        },
        ...(postgres === null ? {} : { POSTGRES: catchall(postgres) }),
        CRASH: { CATCHALL: { action: "REJECT" } },
        // It keeps a connection whose client a fault has cut until it hears more.
        RESET: {
          CATCHALL: { ...forward(targets.resetting), idle_timeout: "20s" },
        },
        HOLD: catchall(targets.mute),
        LIST: {
          CATCHALL: {
            action: "FORWARD",
            to_addr: [to(targets.coming), to(targets.staying)],
          },
        },
        SILENT: catchall(targets.greeter),
        options: { silent_after: "500ms" },
      },
    },
  };
}
