/** A web server that has something for each client: tests/real/http_clients_test.ts. */
import type { Service } from "./services.ts";
import { runWell } from "./programs.ts";

/** What it answers to a path, beside the files of its folder. */
const PAGES: Readonly<Record<string, string>> = {
  // npm's registry.
  "/thing": JSON.stringify({
    name: "thing",
    "dist-tags": { latest: "1.2.3" },
    versions: { "1.2.3": { name: "thing", version: "1.2.3", dist: {} } },
  }),
  // A repository of Debian packages: there are none.
  "/apt/Packages": "",
  "/apt/Release": "Date: Thu, 01 Jan 2026 00:00:00 UTC\n",
  // Docker's engine.
  "/_ping": "OK",
  "/v1.40/version": JSON.stringify({ Version: "test", ApiVersion: "1.40" }),
};

/** Where what is not there is no answer to its client. */
const STRICT = /^\/(?:apt|repo\.git)\//;

/** The answer to PROPFIND: a folder with one file. */
const LISTING = `<?xml version="1.0"?><D:multistatus xmlns:D="DAV:">${
  ["/dav/", "/dav/found.txt"].map((href) =>
    `<D:response><D:href>${href}</D:href><D:propstat><D:prop><D:resourcetype>${
      href.endsWith("/") ? "<D:collection/>" : ""
    }</D:resourcetype></D:prop><D:status>HTTP/1.1 200 OK</D:status></D:propstat></D:response>`
  ).join("")
}</D:multistatus>`;

/** Serves a folder and more; to the rest it says who asked, for what and how. */
export function anySite(folder: string): Service {
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    (request) => answer(request, folder),
  );
  return {
    port: server.addr.port,
    address: `127.0.0.1:${server.addr.port}`,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

async function answer(request: Request, folder: string): Promise<Response> {
  const { hostname, pathname } = new URL(request.url);
  if (request.headers.get("upgrade") === "websocket") return echo(request);
  if (request.method === "PROPFIND") {
    const headers = { "content-type": "application/xml" };
    return new Response(LISTING, { status: 207, headers });
  }
  const page = PAGES[pathname];
  const headers = { "api-version": "1.40", dav: "1" };
  if (page !== undefined) return new Response(page, { headers });
  const body = await request.bytes();
  try {
    return new Response(await Deno.readFile(folder + pathname));
  } catch {
    if (STRICT.test(pathname)) return new Response(null, { status: 404 });
    const { method } = request;
    const text = `${method} ${hostname} ${pathname} ${body.length}\n`;
    return new Response(text, { headers });
  }
}

/** Says back what it hears. */
function echo(request: Request): Response {
  const { socket, response } = Deno.upgradeWebSocket(request);
  socket.onmessage = ({ data }) => socket.send(data);
  return response;
}

/** A repository at `repo.git` in a folder, for git's plain HTTP. */
export async function makeRepository(folder: string): Promise<void> {
  const path = `${folder}/repo.git`;
  const git = async (args: readonly string[]) => {
    const who = ["-c", "user.name=a", "-c", "user.email=a@a.test"];
    const { text } = await runWell("git", ["-C", path, ...who, ...args]);
    return text.trim();
  };
  await runWell("git", ["init", "--quiet", "--bare", path]);
  const tree = await git(["mktree"]);
  const commit = await git(["commit-tree", "-m", "a commit", tree]);
  await git(["update-ref", "refs/heads/main", commit]);
  await git(["symbolic-ref", "HEAD", "refs/heads/main"]);
  await git(["update-server-info"]);
}
