/** Rules by client address, time and header, with curl. */
import { assert, assertEquals } from "@std/assert";
import { connectionLines } from "../support/connection_lines.ts";
import { startPassthru } from "../support/process.ts";
import { programTest } from "../support/programs.ts";
import { type Service, service } from "../support/services.ts";
import { bytesOf, writeAll } from "../support/tcp.ts";
import { curl } from "../support/web_clients.ts";

/** Exit code of curl when nothing comes. */
const EMPTY_REPLY = 52;

/** A web site that says its name. */
function site(name: string): Service {
  return service(async (conn) => {
    await conn.read(new Uint8Array(4096));
    const head = `HTTP/1.1 200 OK\r\nContent-Length: ${name.length}\r\n`;
    await writeAll(conn, bytesOf(`${head}Connection: close\r\n\r\n${name}`));
  });
}

function to({ address }: Service) {
  return { action: "FORWARD", to_addr: address };
}

const REJECT = { action: "REJECT" };

programTest(
  ["curl"],
  "FROM: the client's own address decides, IPv4 and IPv6, by built-in and declared detectors",
  async () => {
    await using two = site("two");
    await using three = site("three");
    await using rest = site("rest");
    await using own = site("own");
    const protocols = {
      OWN: { "FROM 127.0.0.3": to(own), "!FROM 127.0.0.3": to(rest) },
      HTTP: {
        "FROM 127.0.0.2/32": to(two),
        "FROM 127.0.0.3,::1 !PATH /secret*": to(three),
        "!FROM 127.0.0.3,::1": to(rest),
        CATCHALL: REJECT,
      },
    };
    await using passthru = await startPassthru({
      version: "v1.0.0",
      detectors: { OWN: { prefix: "GET /own" } },
      servers: { "127.0.0.1:0": protocols, "[::1]:0": protocols },
    });
    const [ipv4, ipv6] = passthru.ports as [number, number];
    const get = async (from: string, path = "/") => {
      const v6 = from.includes(":");
      const target = v6
        ? { port: ipv6, address: "::1" }
        : { port: ipv4, address: "127.0.0.1" };
      const { code, text } = await curl(
        target,
        ["--http1.1", "--interface", from],
        `http://site.test${path}`,
      );
      return code === 0 ? text : code;
    };
    assertEquals(await get("127.0.0.2"), "two");
    assertEquals(await get("127.0.0.3"), "three");
    assertEquals(await get("127.0.0.4"), "rest");
    assertEquals(await get("::1"), "three");
    assertEquals(await get("127.0.0.3", "/secret"), EMPTY_REPLY);
    assertEquals(await get("::1", "/secret"), EMPTY_REPLY);
    assertEquals(await get("127.0.0.3", "/own"), "own");
    assertEquals(await get("127.0.0.2", "/own"), "rest");
    assertEquals(await get("::1", "/own"), "rest");
  },
);

/** A window of four hours around now, in UTC. */
function aroundNow(): string {
  const hour = new Date().getUTCHours();
  const at = (shift: number) =>
    `${String((hour + shift + 24) % 24).padStart(2, "0")}:00`;
  return `${at(-1)}-${at(3)}`;
}

programTest(
  ["curl"],
  "TIME: the moment decides in a worker without permissions, whatever TZ says",
  async () => {
    await using open = site("open");
    await using closed = site("closed");
    const now = aroundNow();
    await using passthru = await startPassthru({
      version: "v1.0.0",
      servers: {
        "127.0.0.1:0": {
          HTTP: {
            [`TIME ${now} PATH /a`]: to(open),
            [`!TIME ${now} PATH /a`]: to(closed),
            // The same hours elsewhere are half a day away.
            [`TIME ${now}@Etc/GMT+12 PATH /b`]: to(open),
            [`!TIME ${now}@Etc/GMT+12 PATH /b`]: to(closed),
          },
        },
      },
    }, { env: { TZ: "Asia/Tokyo" } });
    const get = (path: string) =>
      curl({ port: passthru.ports[0]! }, ["--http1.1"], `http://x.test${path}`);
    assertEquals((await get("/a")).text, "open");
    assertEquals((await get("/b")).text, "closed");
  },
);

programTest(
  ["curl"],
  "HEADER and UPGRADE: a request goes where its header says, and no value is logged",
  async () => {
    await using socket = site("socket");
    await using tool = site("tool");
    await using beta = site("beta");
    await using rest = site("rest");
    await using passthru = await startPassthru({
      version: "v1.0.0",
      servers: {
        "127.0.0.1:0": {
          HTTP: {
            "UPGRADE websocket": to(socket),
            "HEADER user-agent curl* !HEADER x-beta *": to(tool),
            "HEADER X-Beta /^s\\dcret$/": to(beta),
            CATCHALL: to(rest),
          },
        },
      },
    });
    const get = async (...args: string[]) =>
      (await curl(
        { port: passthru.ports[0]! },
        ["--http1.1", ...args],
        "http://x.test/",
      )).text;
    assertEquals(await get(), "tool");
    assertEquals(await get("--user-agent", "wget/1"), "rest");
    assertEquals(await get("--header", "x-bEtA: s3cret"), "beta");
    assertEquals(await get("--header", "x-beta: s3cret2"), "rest");
    const upgrade = ["--header", "Upgrade: WebSocket", "--user-agent", "x"];
    assertEquals(await get(...upgrade), "socket");
    const lines = await connectionLines(passthru, 5);
    assert(!JSON.stringify(lines).includes("s3cret"));
  },
);
