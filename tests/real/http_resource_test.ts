/**
 * Whichever resource nginx, Node and Python serve, the rule that names it
 * decides: requests whose target, host or header lines are odd.
 */
import { assert, assertEquals } from "@std/assert";
import { http } from "../../src/detect/protocols/http.ts";
import { oneServer, serveConfig } from "../support/passthru.ts";
import { programTest, run } from "../support/programs.ts";
import {
  askResource,
  HOSTS,
  type Resource,
  RESOURCE_PROGRAMS,
  startResourceServer,
} from "../support/resource_servers.ts";
import { wire } from "../support/wire.ts";

const NEEDS = new Set(["host", "path"]);
const HOST = "Host: open.test";

/** Pieces of paths, put together at random. */
const SEGMENTS = [
  ...["secret", "a", "b.c", "", ".", "..", "..."],
  ...["%73ecret", "sec%72et", "%2e", "%2E%2e", ".%2e", "%252e%252e"],
  ...["..;a", ".;", "a;b", "%2f..", "..%2F", "%5c..", "a%00", "%zz", "a%"],
  ...["?..", "a?b", "#", "\xc3\xbc", "%C3%bc", "%20", "%24", "|", "~"],
];

/** Requests for paths in many spellings. */
function* paths(): Generator<Uint8Array> {
  let state = 1;
  const random = (below: number) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
  for (let i = 0; i < 300; i++) {
    const count = 1 + random(5);
    const path = Array.from(
      { length: count },
      () => "/" + SEGMENTS[random(SEGMENTS.length)],
    ).join("");
    const target = i % 10 === 0 ? `http://open.test${path}` : path;
    yield wire(
      `GET ${target} HTTP/1.1\r\n${HOST}\r\nConnection: close\r\n\r\n`,
    );
  }
}

const SECRET = "Host: secret.test";
const LINES: readonly string[] = [
  HOST,
  SECRET,
  "hOsT:SECRET.test.:80 ",
  "Host: a.secret.test",
  "Host: other.test",
  "Host: open.test, secret.test",
  "Host: %73ecret.test",
  "Host: %2Frun%2Fx.secret.test",
  "Host: user@secret.test",
  "Host: secret.test:x",
  "Host: secret.test/x",
  "Host: secret.test\\x",
  "Host:",
  "X: y",
  `${HOST}\r\n${SECRET}`,
  `${SECRET}\r\n${HOST}`,
  `${SECRET}\r\n${SECRET}`,
  `Host:\r\n${SECRET}`,
  `X: y\r\n ${SECRET}\r\n${HOST}`,
  `X: y\r\n\t${SECRET}`,
  `${HOST}\r\n .secret.test`,
  `Host:\r\n secret.test`,
  `Host:\r\n secret.test\r\n${HOST}`,
  ` ${SECRET}\r\n${HOST}`,
  `${HOST}\r\nHost : secret.test`,
  `Host : secret.test\r\n${HOST}`,
  `Host\t: secret.test`,
  `X: y\n${SECRET}\n${HOST}`,
  `X: y\n${SECRET}`,
  `X: y\r${SECRET}\r\n${HOST}`,
  `${HOST}\r\nX: y\0`,
  `Host: secret.test\0.open.test`,
  `Host: open.test\x01`,
  `X\r\n${SECRET}`,
  `: x\r\n${SECRET}`,
  `X-Host: secret.test\r\n${HOST}`,
];

/** Requests whose host is named in many ways. */
function* hosts(): Generator<Uint8Array> {
  const targets = [
    "/",
    "http://open.test/",
    "http://secret.test/",
    "HTTP://SECRET.test:80?x",
    "http://a@secret.test/",
    "http:secret.test/",
    "*",
  ];
  for (const target of targets) {
    for (const lines of LINES) {
      for (const version of ["1.1", "1.0"]) {
        yield wire(
          `GET ${target} HTTP/${version}\r\n${lines}\r\nConnection: close\r\n\r\n`,
        );
      }
    }
  }
}

/** What passthru makes of a request; `null`: no rule on its names decides. */
function decided(request: Uint8Array): Resource | null {
  const verdict = http.detect(request, { ended: false, needs: NEEDS });
  if (verdict.kind !== "match") return null;
  const host = String(verdict.facts.host ?? "");
  const path = verdict.facts.path;
  return {
    host: HOSTS.find((name) => host === name || host.endsWith(`.${name}`)) ??
      HOSTS[0],
    path: typeof path === "string" ? decodePath(path) : "",
  };
}

function decodePath(path: string): string {
  return new TextDecoder().decode(
    wire(
      path.replace(
        /%(..)/g,
        (_, digits) => String.fromCharCode(parseInt(digits, 16)),
      ),
    ),
  );
}

/** Files and folders of one name are one resource. */
function withoutSlash({ host, path }: Resource): Resource {
  return { host, path: path.replace(/(?<=.)\/$/, "") };
}

for (const program of RESOURCE_PROGRAMS) {
  programTest(
    [program],
    `HTTP: what ${program} serves is what passthru decided by, whatever the spelling`,
    async () => {
      await using server = await startResourceServer(program);
      let served = 0;
      let refused = 0;
      for (const request of [...paths(), ...hosts()]) {
        const serves = await askResource(server.address, request);
        const decision = decided(request);
        if (serves === null || decision === null) {
          refused += decision === null ? 1 : 0;
          continue;
        }
        served++;
        assertEquals(
          withoutSlash(decision),
          withoutSlash(serves),
          JSON.stringify(String.fromCharCode(...request)),
        );
      }
      assert(served > 100 && refused > 100, `${served} and ${refused}`);
    },
  );
}

programTest(
  ["nginx"],
  "HTTP: no spelling of a path or a host gets past a REJECT to nginx",
  async () => {
    await using server = await startResourceServer("nginx");
    const forward = { action: "FORWARD", to_addr: server.address };
    await using passthru = serveConfig(oneServer({
      HTTP: {
        "PATH /secret*": { action: "REJECT" },
        "HOST secret.test": { action: "REJECT" },
        "HOST *.secret.test": { action: "REJECT" },
        CATCHALL: forward,
      },
    }));
    const isSecret = ({ host, path }: Resource) =>
      host === "secret.test" || path.startsWith("/secret");
    let secret = 0;
    let open = 0;
    for (const request of [...paths(), ...hosts()]) {
      const serves = await askResource(server.address, request);
      const got = await askResource(`127.0.0.1:${passthru.port}`, request);
      const what = JSON.stringify(String.fromCharCode(...request));
      if (serves !== null && isSecret(serves)) secret++;
      if (got === null) continue;
      assert(!isSecret(got), what);
      assertEquals(got, serves, what);
      open++;
    }
    assert(secret > 50 && open > 50, `${secret} and ${open}`);
  },
);

/** Spellings of paths that curl sends as they are. */
const SPELLINGS = [
  ...["/secret", "/secret/x", "/open", "/open/./x", "/a/../secret"],
  ...["//secret", "/./secret", "/%73ecret", "/%2e%2e/secret", "/a/..%2fsecret"],
  ...["/a/.%2e/secret", "/a//../secret", "/secret%00", "/secret%zz", "/..;/x"],
  ...["/open%20a", "/%2573ecret", "/open?/../secret", "/s%65cret?x"],
];

programTest(
  ["nginx", "curl"],
  "HTTP/2: no spelling of a path gets past a REJECT to nginx",
  async () => {
    await using server = await startResourceServer("nginx of HTTP/2");
    await using passthru = serveConfig(oneServer({
      HTTP2: {
        "PATH /secret*": { action: "REJECT" },
        CATCHALL: { action: "FORWARD", to_addr: server.address },
      },
    }));
    const get = async (address: string, path: string) => {
      const args = ["--http2-prior-knowledge", "--path-as-is", "--silent"];
      const url = `http://${address}${path}`;
      const { text } = await run("curl", [...args, "--fail", url]);
      return text === "" ? null : (JSON.parse(text) as Resource).path;
    };
    let secret = 0;
    let open = 0;
    for (const path of SPELLINGS) {
      const serves = await get(server.address, path);
      const got = await get(`127.0.0.1:${passthru.port}`, path);
      if (serves?.startsWith("/secret")) secret++;
      if (got === null) continue;
      assert(!got.startsWith("/secret"), path);
      assertEquals(got, serves, path);
      open++;
    }
    assert(secret >= 9 && open >= 5, `${secret} and ${open}`);
  },
);

programTest(
  ["nginx"],
  "HTTP: a head that ends neither in time nor in the peek buffer reaches no named site",
  async () => {
    await using server = await startResourceServer("nginx");
    const forward = { action: "FORWARD", to_addr: server.address };
    const options = { detect_timeout: "200ms", max_peek: "4KiB" };
    await using passthru = serveConfig({
      version: "v1.0.0",
      servers: {
        "127.0.0.1:0": {
          options,
          HTTP: { "HOST open.test": forward, CATCHALL: forward },
        },
        "127.0.0.2:0": { options, HTTP: { CATCHALL: forward } },
      },
    });
    const [named, any] = passthru.server.listeners.map(({ address }) =>
      `${address.hostname}:${address.port}`
    );
    const start = `GET / HTTP/1.1\r\n${HOST}\r\nConnection: close\r\n`;
    const long = `${start}X: ${"x".repeat(5000)}\r\n`;
    for (const head of [`${long}${SECRET}\r\n\r\n`, `${long}\r\n`]) {
      assertEquals(await askResource(named!, wire(head)), null);
    }
    // Where no rule tests the host, the server judges.
    assertEquals(await askResource(any!, wire(`${long}\r\n`)), {
      host: "open.test",
      path: "/",
    });
    using slow = await Deno.connect({
      hostname: "127.0.0.1",
      port: passthru.port,
    });
    await slow.write(wire(start));
    assertEquals(await slow.read(new Uint8Array(16)), null);
    const last = await passthru.report(4);
    assertEquals([last.protocol, last.reason], [null, "detect_timeout"]);
  },
);
