/** Real TLS servers of several makers, each with the same certificates. */
import { type Certificate, makeCertificate } from "./certificates.ts";
import { startDaemon, startOnFreePorts, tempFolder } from "./daemon.ts";
import { readAll, textOf, writeAll } from "./tcp.ts";
import { within } from "./wait.ts";

/** The host whose certificate a server shows to clients that name no other. */
export const DEFAULT_HOST = "site-other.test";
/** The hosts that have certificates. */
const TLS_HOSTS = ["site-a.test", "site-b.test", DEFAULT_HOST] as const;

/** A running server. */
export interface TlsServer extends AsyncDisposable {
  readonly port: number;
}

/** The servers by the library that reads the hello, and the program to run. */
export const TLS_PROGRAMS = {
  "OpenSSL": "openssl",
  "GnuTLS": "gnutls-serv",
  "OpenSSL in nginx": "nginx",
  "Go in Caddy": "caddy",
} as const;

/** The arguments of a program. */
type Arguments = (
  folder: string,
  port: number,
  certificates: readonly Certificate[],
) => Promise<string[]> | string[];

/** Starts a server. */
export function startTlsServer(
  name: keyof typeof TLS_PROGRAMS,
): Promise<TlsServer> {
  return startOnFreePorts(1, async ([port]) => {
    await using stack = new AsyncDisposableStack();
    const { path } = stack.use(await tempFolder());
    await Deno.chmod(path, 0o755);
    const certificates = await Promise.all(
      TLS_HOSTS.map((host) => makeCertificate(path, host)),
    );
    const program = TLS_PROGRAMS[name];
    const args = await ARGUMENTS[program](path, port!, certificates);
    stack.use(await startDaemon({ program, args, ports: [port!] }));
    const kept = stack.move();
    return { port: port!, [Symbol.asyncDispose]: () => kept.disposeAsync() };
  });
}

/**
 * Sends a hello and ends.
 *
 * @returns The host of the certificate that the server shows, `""` where it is
 * encrypted; `null`: the server took no hello.
 */
export async function askTlsServer(
  port: number,
  hello: Uint8Array,
): Promise<string | null> {
  using conn = await Deno.connect({ hostname: "127.0.0.1", port });
  await writeAll(conn, hello).then(() => conn.closeWrite()).catch(() => {});
  const answer = await within(
    "a TLS server to end",
    readAll(conn).catch(() => new Uint8Array()),
  );
  const isServerHello = answer[0] === 0x16 && answer[5] === 2;
  if (!isServerHello) return null;
  return /site-\w+\.test/.exec(textOf(answer))?.[0] ?? "";
}

const ARGUMENTS: Readonly<
  Record<typeof TLS_PROGRAMS[keyof typeof TLS_PROGRAMS], Arguments>
> = {
  openssl: (_, port, [a, , other]) => [
    ...["s_server", "-accept", `127.0.0.1:${port}`, "-quiet"],
    ...["-cert", other!.file, "-key", other!.keyFile],
    ...["-servername", a!.host, "-cert2", a!.file, "-key2", a!.keyFile],
    ...["-cipher", "ALL:@SECLEVEL=0", "-alpn", "h2,http/1.1"],
  ],
  "gnutls-serv": (_, port, certificates) => [
    ...["--port", String(port), "--http", "--quiet"],
    // The first one is the default.
    ...certificates.toReversed().flatMap(({ file, keyFile }) => [
      ...["--x509certfile", file, "--x509keyfile", keyFile],
    ]),
  ],
  nginx: nginxArguments,
  caddy: caddyArguments,
};

async function nginxArguments(
  folder: string,
  port: number,
  certificates: readonly Certificate[],
): Promise<string[]> {
  const kinds = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
  const servers = certificates.toReversed().map(({ host, file, keyFile }) => `
    server {
      listen 127.0.0.1:${port} ssl;
      server_name ${host} *.${host};
      ssl_certificate ${file};
      ssl_certificate_key ${keyFile};
      ssl_protocols TLSv1 TLSv1.1 TLSv1.2 TLSv1.3;
      ssl_ciphers ALL:@SECLEVEL=0;
      return 200;
    }`);
  const config = `${folder}/nginx.conf`;
  await Deno.writeTextFile(
    config,
    `daemon off;
    master_process off;
    pid ${folder}/nginx.pid;
    events {}
    http {
      access_log off;
      ${kinds.map((kind) => `${kind}_temp_path ${folder}/${kind};`).join("\n")}
      ${servers.join("\n")}
    }`,
  );
  return ["-p", folder, "-e", `${folder}/error.log`, "-c", config];
}

async function caddyArguments(
  folder: string,
  port: number,
  certificates: readonly Certificate[],
): Promise<string[]> {
  const config = `${folder}/caddy.json`;
  const files = certificates.map(({ file, keyFile }) => ({
    certificate: file,
    key: keyFile,
  }));
  const server = {
    listen: [`127.0.0.1:${port}`],
    automatic_https: { disable: true },
    tls_connection_policies: [{ default_sni: DEFAULT_HOST }],
  };
  await Deno.writeTextFile(
    config,
    JSON.stringify({
      admin: { disabled: true, config: { persist: false } },
      storage: { module: "file_system", root: folder },
      apps: {
        http: { servers: { odd: server } },
        tls: { certificates: { load_files: files } },
      },
    }),
  );
  return ["run", "--config", config];
}
