/** A real PostgreSQL server behind passthru, and psql for it. */
import { type Certificate, makeCertificate } from "./certificates.ts";
import { startDaemon, startOnFreePorts, tempFolder } from "./daemon.ts";
import { type Ended, program, run, runWell } from "./programs.ts";

/** Who runs the server when the tests are run by root, which it refuses. */
const UNPRIVILEGED = "postgres";

/** A running server; its superuser `postgres` needs no password. */
export interface PostgresServer extends AsyncDisposable {
  /** `127.0.0.1:port`. */
  readonly address: string;
  readonly port: number;
  /** Its certificate; `null`: it takes no TLS. */
  readonly certificate: Certificate | null;
}

/** Options of {@linkcode startPostgres}. */
export interface PostgresOptions {
  /** Host of its certificate. Default: it takes no TLS. */
  readonly tlsHost?: string;
}

/**
 * Starts a server of its own.
 *
 * @param name What `current_setting('cluster_name')` gives.
 */
export async function startPostgres(
  name: string,
  { tlsHost }: PostgresOptions = {},
): Promise<PostgresServer> {
  await using stack = new AsyncDisposableStack();
  const { path } = stack.use(await tempFolder());
  const certificate = tlsHost === undefined
    ? null
    : await makeCertificate(path, tlsHost);
  const isRoot = (await runWell("id", ["-u"])).text.trim() === "0";
  if (isRoot) await hand(path, certificate?.keyFile);
  const asUser = (name: string, args: readonly string[]) =>
    unprivileged(path, isRoot, [program(name), ...args]);
  const [initdb, ...initArgs] = asUser("initdb", [
    ...["-D", `${path}/data`, "-U", "postgres", "-A", "trust"],
    ...["-N", "-E", "UTF8", "--locale", "C"],
  ]);
  await runWell(initdb, initArgs);
  const port = await startOnFreePorts(1, async ([port]) => {
    const [postgres, ...args] = asUser("postgres", [
      ...["-D", `${path}/data`, "-p", String(port)],
      ...settings(name, certificate),
    ]);
    stack.use(await startDaemon({ program: postgres, args, ports: [port!] }));
    return port!;
  });
  stack.defer(() => stopFast(`${path}/data/postmaster.pid`));
  const kept = stack.move();
  return {
    port,
    address: `127.0.0.1:${port}`,
    certificate,
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

/** Where psql connects to, and what it runs. */
export interface PsqlTask {
  /** Port of 127.0.0.1. */
  readonly port: number;
  /** Name of the host, which is not looked up. */
  readonly host: string;
  /** Parameters of libpq beside those: `sslmode`, ... */
  readonly settings: Readonly<Record<string, string>>;
  /** Default: which cluster it is. */
  readonly query?: string;
}

/** Arguments of a psql without the settings of its user. */
export function psqlArgs({ port, host, settings, query }: PsqlTask): string[] {
  const parameters = Object.entries({
    host,
    hostaddr: "127.0.0.1",
    port,
    user: "postgres",
    dbname: "postgres",
    connect_timeout: 20,
    gssencmode: "disable",
    sslcert: "",
    ...settings,
  }).map(([name, value]) => `${name}='${value}'`).join(" ");
  const command = query ?? "select current_setting('cluster_name')";
  return ["-X", "-w", "-A", "-t", "-c", command, parameters];
}

/** Settings by which psql insists on the certificate of a server. */
export function verified(
  { certificate }: PostgresServer,
): Record<string, string> {
  return { sslmode: "verify-full", sslrootcert: certificate!.file };
}

/** Asks by psql which cluster it reaches. */
export function askCluster(
  port: number,
  host: string,
  settings: Readonly<Record<string, string>>,
): Promise<Ended> {
  return run("psql", psqlArgs({ port, host, settings }));
}

/** Settings of the server, as arguments. */
function settings(name: string, certificate: Certificate | null): string[] {
  const values: Record<string, string> = {
    cluster_name: name,
    listen_addresses: "127.0.0.1",
    unix_socket_directories: "",
    fsync: "off",
    max_connections: "20",
    shared_buffers: "4MB",
    ...(certificate === null ? {} : {
      ssl: "on",
      ssl_cert_file: certificate.file,
      ssl_key_file: certificate.keyFile,
    }),
  };
  return Object.entries(values).flatMap(([key, value]) => [
    "-c",
    `${key}=${value}`,
  ]);
}

/** The program and arguments that run a command in a folder, not as root. */
function unprivileged(
  folder: string,
  isRoot: boolean,
  command: readonly string[],
): [string, ...string[]] {
  const user = ["--reuid", UNPRIVILEGED, "--regid", UNPRIVILEGED];
  const as = isRoot ? ["setpriv", ...user, "--clear-groups"] : [];
  return ["env", "-C", folder, ...as, ...command];
}

/** Hands a folder, and the key in it, to who will run the server. */
async function hand(folder: string, key: string | undefined): Promise<void> {
  const paths = [folder, ...key === undefined ? [] : [key]];
  await runWell("chown", [`${UNPRIVILEGED}:${UNPRIVILEGED}`, ...paths]);
}

/** Asks for the stop that does not wait for sessions; the caller waits for it. */
async function stopFast(pidFile: string): Promise<void> {
  const [pid] = (await Deno.readTextFile(pidFile)).split("\n");
  Deno.kill(Number(pid), "SIGINT");
}
