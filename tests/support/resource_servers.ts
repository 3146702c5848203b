/** Real web servers that answer each request with the resource that they serve. */
import { startDaemon, startOnFreePorts, tempFolder } from "./daemon.ts";
import { readAll, textOf, writeAll } from "./tcp.ts";
import { within } from "./wait.ts";

/** The hosts that the servers know; for any other the first one answers. */
export const HOSTS = ["open.test", "secret.test"] as const;

/** What a server serves, as it understands a request. */
export interface Resource {
  /** The virtual host, one of {@linkcode HOSTS}. */
  readonly host: string;
  /** The path, decoded. */
  readonly path: string;
}

/** A running server. */
export interface ResourceServer extends AsyncDisposable {
  /** `127.0.0.1:port`. */
  readonly address: string;
}

/** The programs of which there are servers of HTTP/1. */
export const RESOURCE_PROGRAMS = ["nginx", "node", "python3"] as const;

type Server = typeof RESOURCE_PROGRAMS[number] | "nginx of HTTP/2";

/** Starts a server. */
export function startResourceServer(
  server: Server,
): Promise<ResourceServer> {
  return startOnFreePorts(1, async ([port]) => {
    await using stack = new AsyncDisposableStack();
    const { path } = stack.use(await tempFolder());
    const args = await ARGUMENTS[server](path, port!);
    const program = server.split(" ")[0]!;
    stack.use(await startDaemon({ program, args, ports: [port!] }));
    const kept = stack.move();
    return {
      address: `127.0.0.1:${port}`,
      [Symbol.asyncDispose]: () => kept.disposeAsync(),
    };
  });
}

/**
 * Sends a request and ends.
 *
 * @returns What is served; `null`: the request was refused.
 */
export async function askResource(
  address: string,
  request: Uint8Array,
): Promise<Resource | null> {
  const [hostname, port] = address.split(":");
  using conn = await Deno.connect({ hostname: hostname!, port: Number(port) });
  // A server may refuse before it has read all.
  await writeAll(conn, request).then(() => conn.closeWrite()).catch(() => {});
  const answer = await within(
    `an answer to ${JSON.stringify(textOf(request))}`,
    readAll(conn).catch(() => new Uint8Array()),
  );
  const found = /^HTTP\/1\.[01] 200 .*?\r\n\r\n(\{.*\})/s.exec(textOf(answer));
  // HTTP/0.9 has no head.
  const body = found?.[1] ?? /^\{.*\}/s.exec(textOf(answer))?.[0];
  return body === undefined ? null : JSON.parse(body) as Resource;
}

const ARGUMENTS: Readonly<
  Record<Server, (folder: string, port: number) => Promise<string[]>>
> = {
  nginx: (folder, port) => nginxArguments(folder, `${port}`),
  "nginx of HTTP/2": (folder, port) => nginxArguments(folder, `${port} http2`),
  node: (_, port) => Promise.resolve(["-e", NODE, String(port)]),
  python3: (_, port) => Promise.resolve(["-c", PYTHON, String(port)]),
};

/** `$uri` is what nginx looks locations and files up by. */
async function nginxArguments(
  folder: string,
  listen: string,
): Promise<string[]> {
  await Deno.chmod(folder, 0o755);
  const kinds = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
  const servers = HOSTS.map((host) => `
    server {
      listen 127.0.0.1:${listen};
      server_name ${host} *.${host};
      location / { return 200 '{"host":"${host}","path":"$json"}'; }
    }`);
  await Deno.writeTextFile(
    `${folder}/nginx.conf`,
    `daemon off;
    master_process off;
    pid ${folder}/nginx.pid;
    events {}
    http {
      access_log off;
      # A path that JSON would have to escape is not asked for.
      map $uri $json { default $uri; "~[\\x22\\x5c\\x00-\\x1f]" "?"; }
      ${kinds.map((kind) => `${kind}_temp_path ${folder}/${kind};`).join("\n")}
      ${servers.join("\n")}
    }`,
  );
  const log = `${folder}/error.log`;
  return ["-p", folder, "-e", log, "-c", `${folder}/nginx.conf`];
}

/** Resolves a path as the modules that serve files do (`serve-static`). */
const NODE = `
const { createServer } = require("node:http");
const { parse } = require("node:url");
const { posix } = require("node:path");
const HOSTS = ${JSON.stringify(HOSTS)};
createServer((request, response) => {
  try {
    const name = (request.headers.host ?? "").toLowerCase()
      .replace(/:\\d*$/, "").replace(/\\.$/, "");
    const host = HOSTS.find((host) => name === host || name.endsWith("." + host));
    const path = posix.normalize(decodeURIComponent(parse(request.url).pathname));
    if (path.includes("\\0")) throw new Error("NUL");
    response.end(JSON.stringify({ host: host ?? HOSTS[0], path }));
  } catch {
    response.writeHead(400).end();
  }
}).listen(Number(process.argv[1]), "127.0.0.1");
`;

/** Resolves a path as Python's own file server does. */
const PYTHON = `
import http.server, json, re, sys
HOSTS = ${JSON.stringify(HOSTS)}
class Handler(http.server.SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def serve(self):
        # The file of a web address is in a folder "http:", which is not there.
        if not self.path.startswith("/"):
            return self.send_error(404)
        # WSGI servers take bytes that are not ASCII for UTF-8, this one does not.
        self.path = self.path.encode("latin-1").decode("utf-8", "replace")
        name = re.sub(r"\\.$", "", re.sub(r":\\d*$", "", self.headers.get("Host", "").strip(" \\t").lower()))
        host = next((h for h in HOSTS if name == h or name.endswith("." + h)), HOSTS[0])
        body = json.dumps({"host": host, "path": self.translate_path(self.path)}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    do_GET = serve
    def log_message(self, *args): pass
class Server(http.server.ThreadingHTTPServer):
    request_queue_size = 128
Handler.__init__ = lambda self, *args, **more: http.server.SimpleHTTPRequestHandler.__init__(self, *args, directory="/", **more)
Server(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
`;
