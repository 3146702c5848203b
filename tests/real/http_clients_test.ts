/** Real clients of HTTP through a server with names: none refused, none delayed. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { delay } from "@std/async/delay";
import { anySite, makeRepository } from "../support/any_site.ts";
import { inBrowser } from "../support/browser.ts";
import { assertOrderlyEnds } from "../support/connection_lines.ts";
import { tempFolder } from "../support/daemon.ts";
import { oneServer } from "../support/passthru.ts";
import { type PassthruProcess, startPassthru } from "../support/process.ts";
import { programTest, runWell } from "../support/programs.ts";
import { type Service, service } from "../support/services.ts";
import { bytesOf, readAll, textOf, writeAll } from "../support/tcp.ts";

/** Far more than a busy machine takes, far less than the detection timeout. */
const PROMPT_SECONDS = 2;

/** By program: commands in a folder; `$SITE` is http://localhost:PORT. */
const CLIENTS: readonly [
  program: string,
  what: string,
  script: string,
  answer: RegExp,
][] = [
  ["curl", "", "curl -sS $SITE/a", /^GET localhost \/a 0$/],
  ["curl", "HTTP/1.0", "curl -sS -0 $SITE/a", /^GET localhost \/a 0$/],
  ["curl", "Upgrade", "curl -sS --http2 $SITE/a", /^GET localhost \/a 0$/],
  [
    "curl",
    "to a proxy",
    "curl -sS -x $SITE http://site.test/a",
    /^GET site.test \/a 0$/,
  ],
  [
    "curl",
    "CONNECT",
    "curl -sS -p -x $SITE http://site.test/a",
    /^GET site.test \/a 0$/,
  ],
  [
    "curl",
    "Expect: 100-continue",
    "head -c 3000000 /dev/zero > big; curl -sS -v -T big $SITE/a 2>&1",
    /HTTP\/1.1 100 Continue[^]*PUT localhost \/a 3000000$/,
  ],
  ["wget", "", "wget -q -O - $SITE/a", /^GET localhost \/a 0$/],
  ["wget", "HEAD", "wget -nv --spider $SITE/a 2>&1", /200 OK/],
  [
    "wget",
    "to a proxy",
    "http_proxy=$SITE wget -q -O - http://site.test/a",
    /^GET site.test \/a 0$/,
  ],
  ["aria2c", "", "aria2c -q $SITE/a && cat a", /^GET localhost \/a 0$/],
  ["git", "", "git clone -q $SITE/repo.git; git -C repo log", /a commit/],
  ["cadaver", "WebDAV", "echo ls | cadaver $SITE/dav/", /found\.txt/],
  [
    "npm",
    "",
    "npm view thing version --cache . --registry $SITE",
    /^1\.2\.3$/,
  ],
  [
    "apt-get",
    "",
    `mkdir -p lists/partial cache/archives/partial empty
    echo "deb [trusted=yes] $SITE/apt ./" > sources
    apt-get -o Dir::Etc=$PWD/empty -o Dir::Etc::SourceList=$PWD/sources \
      -o Dir::State=$PWD -o Dir::State::status=/dev/null \
      -o Dir::Cache=$PWD/cache -o APT::Sandbox::User=root update`,
    /Get:\d http:\/\/localhost.*Release/,
  ],
  [
    "docker",
    "",
    "DOCKER_HOST=tcp://${SITE#http://} docker version -f {{.Server.Version}}",
    /^test$/,
  ],
  [
    "python3",
    "body in a packet of its own",
    `python3 -c 'import urllib.request as u
print(u.urlopen("'$SITE/a'", b"12").read().decode())'`,
    /^POST localhost \/a 2$/,
  ],
  [
    "node",
    "",
    `node -e 'fetch("'$SITE/a'").then((a) => a.text()).then(console.log)'`,
    /^GET localhost \/a 0$/,
  ],
];
const PROGRAMS = new Set(CLIENTS.map(([program]) => program));

/** Takes CONNECT, and answers what comes through the tunnel. */
function tunnel(): Service {
  return service(async (conn) => {
    const buffer = new Uint8Array(4096);
    for (const answer of ["", "GET site.test /a 0\n"]) {
      await conn.read(buffer);
      const length = answer === ""
        ? ""
        : `Content-Length: ${answer.length}\r\n`;
      await writeAll(
        conn,
        bytesOf(`HTTP/1.1 200 OK\r\n${length}\r\n${answer}`),
      );
    }
  });
}

/** A server with names before the site, and nothing for who names none. */
function byName(site: Service, tunnel: Service): Promise<PassthruProcess> {
  const to = ({ address }: Service) => ({
    action: "FORWARD",
    to_addr: address,
  });
  return startPassthru(oneServer({
    TLS: { CATCHALL: { action: "REJECT" } },
    HTTP: {
      "HOST localhost": to(site),
      "HOST site.test METHOD CONNECT": to(tunnel),
      "HOST site.test": to(site),
    },
    CATCHALL: { CATCHALL: { action: "REJECT" } },
  }));
}

/** Checks that all connections went by their name, at once, and to their end. */
async function assertByName(passthru: PassthruProcess): Promise<void> {
  passthru.kill("SIGTERM");
  assertEquals(await passthru.exit, 0);
  const lines = passthru.lines.filter(({ msg }) => msg === "connection");
  assertOrderlyEnds(lines);
  for (const line of lines) {
    const text = JSON.stringify(line);
    assertMatch(String(line["rule"]), /^HTTP\/HOST /, text);
    assert(Number(line["detect_seconds"]) < PROMPT_SECONDS, text);
  }
}

programTest(
  [...PROGRAMS],
  "clients of HTTP go by their host at once",
  async () => {
    await using folder = await tempFolder();
    await makeRepository(folder.path);
    await using site = anySite(folder.path);
    await using far = tunnel();
    await using passthru = await byName(site, far);
    for (const [program, what, script, answer] of CLIENTS) {
      await using own = await tempFolder();
      const { text, stderr } = await runWell("env", [
        ...["-u", "http_proxy", "-u", "HTTP_PROXY", "-u", "ALL_PROXY"],
        ...["-C", own.path, `HOME=${own.path}`, "LC_ALL=C"],
        `SITE=http://localhost:${passthru.ports[0]}`,
        ...["bash", "-ec", script],
      ]);
      assertMatch(text.trim(), answer, `${program} ${what}: ${stderr}`);
    }
    await assertByName(passthru);
  },
);

programTest(
  ["chromium"],
  "a browser goes by its host at once, with its WebSocket",
  async () => {
    await using folder = await tempFolder();
    await using site = anySite(folder.path);
    await using passthru = await byName(site, site);
    const origin = `http://localhost:${passthru.ports[0]}`;
    await inBrowser(origin, {}, async (page) => {
      assertMatch(await page.innerText("body"), /^GET localhost \/ 0/);
      const heard = await page.evaluate((address) => {
        const socket = new WebSocket(address);
        socket.onopen = () => socket.send("hello");
        return new Promise((resolve) => {
          socket.onmessage = ({ data }) => resolve(data);
        });
      }, `${origin.replace("http", "ws")}/socket`);
      assertEquals(heard, "hello");
    });
    await assertByName(passthru);
  },
);

programTest(
  [],
  "a client that speaks slowly is waited for, and goes by its host",
  async () => {
    await using folder = await tempFolder();
    await using site = anySite(folder.path);
    await using passthru = await byName(site, site);
    const conn = await Deno.connect({ port: passthru.ports[0]! });
    const head =
      "GET /a HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    for (const byte of bytesOf(head)) {
      await writeAll(conn, Uint8Array.of(byte));
      await delay(15);
    }
    assertMatch(textOf(await readAll(conn)), /GET localhost \/a 0\n$/);
    conn.close();
    await assertByName(passthru);
  },
);
