/** Targets that a real DNS server tells, and tells differently later. */
import { assertEquals, assertMatch } from "@std/assert";
import { configFile } from "../support/config_file.ts";
import { Dnsmasq } from "../support/dnsmasq.ts";
import { udpEcho, UdpEnd } from "../support/datagrams.ts";
import { connectLocal } from "../support/dialogue.ts";
import { namedEcho, type Service } from "../support/services.ts";
import { freePorts } from "../support/free_ports.ts";
import { ask } from "../support/load.ts";
import { oneServer } from "../support/passthru.ts";
import {
  type LogLine,
  type PassthruProcess,
  startPassthru,
} from "../support/process.ts";
import { programTest } from "../support/programs.ts";
import { bytesOf, readAll, textOf, writeAll } from "../support/tcp.ts";
import { until, within } from "../support/wait.ts";

const SERVICE = "srv:_app._tcp.svc.test";

function configOf(dns: Dnsmasq, more: object = {}): unknown {
  const action = {
    action: "FORWARD",
    to_addr: SERVICE,
    within: ["127.0.0.0/8"],
    ...more,
  };
  return {
    ...oneServer({ CATCHALL: { CATCHALL: action } }) as object,
    workers: 2,
    resolver: dns.address,
  };
}

/** The record of an echo on an address of its own. */
function record(name: string, { address, port }: Service, more: object = {}) {
  return { name, address: address.split(":")[0]!, port, ...more };
}

function lines({ lines }: PassthruProcess, msg: string): LogLine[] {
  return lines.filter((line) => line.msg === msg);
}

/** The names that answer some connections, as a sorted set. */
async function answering(
  { ports }: PassthruProcess,
  times = 8,
): Promise<string[]> {
  const names = new Set<string>();
  for (let i = 0; i < times; i++) names.add(await ask(ports[0]!, `ask ${i}`));
  return [...names].sort();
}

/** A client that gets nothing. */
async function refused(port: number): Promise<void> {
  const conn = await connectLocal(port);
  await writeAll(conn, bytesOf("hello"));
  await readAll(conn).catch(() => {});
  conn.close();
}

/** Waits until exactly these answer, in all workers. */
async function untilAnswering(
  passthru: PassthruProcess,
  names: readonly string[],
): Promise<void> {
  await until(`answers of ${names.join(", ")} alone`, async () => {
    const found = await answering(passthru, 16);
    return found.join() === names.join() ? true : null;
  });
}

programTest(
  ["dnsmasq"],
  "srv: targets come and go with the answers, and stay while DNS is down",
  async () => {
    await using a = namedEcho("a", { hostname: "127.0.0.2" });
    await using b = namedEcho("b", { hostname: "127.0.0.3" });
    await using dns = new Dnsmasq();
    await dns.answer([record("a", a)]);
    await using passthru = await startPassthru(configOf(dns));
    assertEquals(await answering(passthru), ["a"]);

    // A connection that is open when its target leaves goes on.
    const conn = await connectLocal(passthru.ports[0]!);
    await writeAll(conn, bytesOf("before, "));

    await dns.answer([record("a", a), record("b", b)]);
    await untilAnswering(passthru, ["a", "b"]);
    await dns.answer([record("b", b)]);
    await untilAnswering(passthru, ["b"]);
    await writeAll(conn, bytesOf("after"));
    await conn.closeWrite();
    assertEquals(textOf(await readAll(conn)), "a:before, after");
    conn.close();

    await dns.stop();
    const before = lines(passthru, "no DNS answer").length;
    await within(
      "the log to say that DNS is down",
      until(
        "a line",
        () => lines(passthru, "no DNS answer").length > before ? true : null,
      ),
    );
    assertEquals(await answering(passthru), ["b"]);
    await dns.answer([record("a", a)]);
    await untilAnswering(passthru, ["a"]);

    const changes = lines(passthru, "targets changed").map((line) => [
      line["added"]?.toString(),
      line["removed"]?.toString(),
      line["targets"],
    ]);
    assertEquals(changes, [
      [a.address, undefined, 1],
      [b.address, undefined, 2],
      [undefined, a.address, 1],
      [a.address, b.address, 1],
    ]);
    const [down] = lines(passthru, "no DNS answer").slice(-1);
    assertEquals([down!["service"], down!["targets"]], [SERVICE, 1]);
    assertMatch(String(down!["error"]), /connection refused|closed/);
    assertEquals(
      lines(passthru, "DNS answers again").length,
      lines(passthru, "no DNS answer").length,
    );
  },
);

programTest(
  ["dnsmasq"],
  "srv: an answer outside within, and the listener itself, are refused, logged once and never dialled",
  async () => {
    await using a = namedEcho("a", { hostname: "127.0.0.2" });
    await using dns = new Dnsmasq();
    const outside = { name: "out", address: "192.0.2.1", port: 80 };
    await dns.answer([record("a", a), outside]);
    await using passthru = await startPassthru(configOf(dns));
    assertEquals(await answering(passthru), ["a"]);
    const [port] = passthru.ports as [number];
    const self = { name: "self", address: "127.0.0.1", port };
    await dns.answer([record("a", a), outside, self]);
    const second = await within(
      "the listener to be refused",
      passthru.line((line) =>
        line["msg"] === "targets refused" && line["count"] === 2
      ),
    );
    assertEquals(second["refused"], [
      `127.0.0.1:${port}: it is the listener "127.0.0.1:0": the connection would loop`,
      "192.0.2.1:80: outside within",
    ]);
    assertEquals(await answering(passthru), ["a"]);
    await dns.answer([outside]);
    await within(
      "the targets to go",
      passthru.line((line) =>
        line["msg"] === "targets changed" && line["targets"] === 0
      ),
    );
    await refused(port);
    const failed = await within(
      "the connection to fail",
      passthru.line((line) => line["reason"] === "dial_failed"),
    );
    assertEquals(
      failed["error"],
      `Cannot dial ${SERVICE}: no target in the answer`,
    );
    // First one, then two, then one again; not at each answer.
    assertEquals(
      lines(passthru, "targets refused").map((line) => line["count"]),
      [1, 2, 1],
    );
  },
);

programTest(
  ["dnsmasq"],
  "srv: a start without DNS serves, says so, and has its targets when DNS is there",
  async () => {
    await using a = namedEcho("a", { hostname: "127.0.0.2" });
    await using dns = new Dnsmasq();
    await using passthru = await startPassthru(configOf(dns));
    const [port] = passthru.ports as [number];
    await refused(port);
    const failed = await within(
      "the connection to fail",
      passthru.line((line) => line["reason"] === "dial_failed"),
    );
    assertEquals(failed["error"], `Cannot dial ${SERVICE}: no answer yet`);
    await dns.answer([record("a", a)]);
    await within(
      "the first targets",
      passthru.line((line) => line["msg"] === "targets changed"),
    );
    await untilAnswering(passthru, ["a"]);
    assertEquals(lines(passthru, "no DNS answer").length, 1);
  },
);

programTest(
  ["dnsmasq"],
  "srv: the next priority is used while the first is down, and checks follow the targets",
  async () => {
    const [port] = freePorts(1) as [number];
    const first = { name: "first", address: "127.0.0.2", port, priority: 10 };
    await using spare = namedEcho("spare", { hostname: "127.0.0.3" });
    await using dns = new Dnsmasq();
    await dns.answer([first, record("spare", spare, { priority: 20 })]);
    await using passthru = await startPassthru(
      configOf(dns, { health: { interval: "50ms", fall: 1, rise: 1 } }),
    );
    const down = await within(
      "the target to be down",
      passthru.line((line) => line["msg"] === "target down"),
    );
    assertEquals(down["target"], `127.0.0.2:${port}`);
    assertEquals(await answering(passthru), ["spare"]);
    {
      await using _first = namedEcho("first", { hostname: "127.0.0.2", port });
      await within(
        "the target to be up",
        passthru.line((line) => line["msg"] === "target up"),
      );
      assertEquals(await answering(passthru), ["first"]);
    }
    await untilAnswering(passthru, ["spare"]);
  },
);

programTest(
  ["dnsmasq"],
  "srv: a reload has the targets at once, without DNS",
  async () => {
    await using a = namedEcho("a", { hostname: "127.0.0.2" });
    await using dns = new Dnsmasq();
    await dns.answer([record("a", a)]);
    await using file = await configFile();
    await using passthru = await startPassthru(configOf(dns), {
      file: file.path,
    });
    assertEquals(await answering(passthru), ["a"]);
    await dns.stop();
    await within(
      "the log to say that DNS is down",
      passthru.line((line) => line["msg"] === "no DNS answer"),
    );
    await file.write(configOf(dns, { name: "other" }));
    passthru.kill("SIGHUP");
    await within(
      "the reload",
      passthru.line((line) => line["msg"] === "reloaded"),
    );
    assertEquals(await answering(passthru), ["a"]);
    assertEquals(lines(passthru, "targets changed").length, 1);
  },
);

programTest(
  ["dnsmasq"],
  "srv: a name inside is dialled by its name, whatever else it leads to",
  async () => {
    // Where localhost is ::1 too, nobody listens there.
    await using target = namedEcho("by name");
    await using dns = new Dnsmasq();
    await dns.answer([], [
      `--srv-host=_app._tcp.svc.test,localhost,${target.port}`,
    ]);
    await using passthru = await startPassthru(
      configOf(dns, { within: ["localhost"] }),
    );
    assertEquals(await answering(passthru, 2), ["by name"]);
    const line = await passthru.line(({ msg }) => msg === "connection");
    assertEquals(line["target"], `localhost:${target.port}`);
  },
);

programTest(
  ["dnsmasq"],
  "srv: the targets of a server for UDP are those that DNS tells",
  async () => {
    await using echo = udpEcho("one");
    await using dns = new Dnsmasq();
    await dns.answer([{ name: "one", address: "127.0.0.1", port: echo.port }]);
    await using passthru = await startPassthru({
      version: "v1.0.0",
      servers: {
        "127.0.0.1:0/udp": {
          CATCHALL: {
            CATCHALL: {
              action: "FORWARD",
              to_addr: SERVICE,
              within: ["127.0.0.0/8"],
            },
          },
        },
      },
      resolver: dns.address,
    });
    using client = new UdpEnd();
    await client.send("x", passthru.ports[0]!);
    assertEquals((await client.next()).text, "one:x");
  },
);
