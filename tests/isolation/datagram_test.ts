/** Datagrams in a worker of their own: what it may do, reloads, and its loss. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { delay } from "@std/async/delay";
import { DATAGRAM_WORKER_URL } from "../../src/cli/isolation.ts";
import type { Plan } from "../../src/config/plan.ts";
import { datagramPlanes } from "../../src/control/datagram_planes.ts";
import { threadDatagramPlanes } from "../../src/control/datagram_thread.ts";
import { ProcessMemory } from "../../src/control/process_memory.ts";
import { DATAGRAM_BUILTINS } from "../../src/detect/datagram_builtins.ts";
import { Registry } from "../../src/detect/registry.ts";
import { Logger } from "../../src/observe/log.ts";
import { TargetBoard } from "../../src/upstream/target_board.ts";
import { configFile, reload } from "../support/config_file.ts";
import { tempFolder } from "../support/daemon.ts";
import { udpEcho, UdpEnd } from "../support/datagrams.ts";
import { freePorts } from "../support/free_ports.ts";
import { PASSTHRU, runPassthru, startPassthru } from "../support/process.ts";
import {
  askQuic,
  makeAuthority,
  quicClient,
  quicEcho,
} from "../support/quic_ends.ts";
import { logged, planOf, supervise } from "../support/supervise.ts";
import { within } from "../support/wait.ts";
import {
  WIREGUARD_KEYS,
  wireguardData,
  wireguardInitiation,
} from "../support/wireguard.ts";
import { crash } from "./fixtures/crashing_datagrams.ts";
import { stall } from "./fixtures/stalling_datagrams.ts";

const RELOADS = 30;
const UDP = "127.0.0.1:0/udp";

function udpServer(content: object, more: object = {}): object {
  return { version: "v1.0.0", servers: { [UDP]: content }, ...more };
}

Deno.test("QUIC: real clients reach the server of their name, through one port", async () => {
  await using folder = await tempFolder();
  const authority = await makeAuthority(folder.path);
  using a = await quicEcho(authority, "a.example");
  using b = await quicEcho(authority, "b.example");
  await using passthru = await startPassthru(udpServer({
    QUIC: {
      "SNI a.example": a.text,
      "SNI b.example": b.text,
      CATCHALL: { action: "REJECT", with: "tls_alert" },
    },
  }));
  const port = passthru.ports[0]!;
  const hosts = ["a.example", "b.example", "a.example"];
  const heard = await Promise.all(
    hosts.map((host) => askQuic(port, authority, { host, said: "hi" })),
  );
  assertEquals(heard, hosts.map((host) => `${host}:hi`));
  const start = performance.now();
  const refused = await askQuic(port, authority, {
    host: "c.example",
    said: "",
  })
    .catch(String);
  assert(refused.includes("unrecognized name"), refused);
  assert(performance.now() - start < 10_000);
  const line = await passthru.line((l) => l["reason"] === "rejected");
  assertEquals([line["sni"], line["with"]], ["c.example", "tls_alert"]);
});

Deno.test("reload: a QUIC download and WireGuard go on over 30 reloads, and nothing is lost", async () => {
  await using folder = await tempFolder();
  const authority = await makeAuthority(folder.path);
  const megabytes = (said: string) =>
    new Uint8Array(Number(said) * 2 ** 20).fill(7);
  using a = await quicEcho(authority, "a.example", megabytes);
  await using wireguard = udpEcho("w");
  await using other = udpEcho("other");
  const config = (generation: number) =>
    udpServer({
      QUIC: { "SNI a.example": a.text },
      WIREGUARD: wireguard.text,
      // Something that changes each time.
      CATCHALL: {
        CATCHALL: {
          action: "FORWARD",
          to_addr: other.text,
          name: `${generation}`,
        },
      },
    });
  await using file = await configFile();
  await using passthru = await startPassthru(config(0), { file: file.path });
  const port = passthru.ports[0]!;
  using client = await quicClient(port, authority, "a.example");
  using peer = new UdpEnd();
  let reloading = true;
  let asked = 0;
  let bytes = 0;
  const downloads = (async () => {
    while (reloading) bytes += (await client.ask("1")).length;
  })();
  const messages = (async () => {
    await peer.send(wireguardInitiation(WIREGUARD_KEYS[0]!), port);
    await peer.next();
    while (reloading) {
      const data = wireguardData("a1a2a3a4", ++asked % 256);
      await peer.send(data, port);
      assertEquals((await peer.next()).bytes.subarray(2), data);
    }
  })();
  for (let generation = 1; generation <= RELOADS; generation++) {
    const line = await reload(passthru, file, config(generation));
    assertEquals(line["msg"], "reloaded");
  }
  reloading = false;
  await within("what is under way", Promise.all([downloads, messages]));
  assert(bytes > 0 && bytes % 2 ** 20 === 0);
  assertEquals([wireguard.received, wireguard.clients.size], [1 + asked, 1]);
  assertEquals(passthru.lines.filter(({ reason }) => reason !== undefined), []);
});

Deno.test("reload: a UDP port that is taken is said, and the old config stays in use", async () => {
  await using echo = udpEcho("one");
  using taken = new UdpEnd();
  await using file = await configFile();
  const config = (more: object) => ({
    version: "v1.0.0",
    servers: { [UDP]: { CATCHALL: echo.text }, ...more },
  });
  await using passthru = await startPassthru(config({}), { file: file.path });
  using client = new UdpEnd();
  const ask = async (said: string) => {
    await client.send(said, passthru.ports[0]!);
    return (await client.next()).text;
  };
  assertEquals(await ask("a"), "one:a");
  const address = `${taken.text}/udp`;
  const line = await reload(
    passthru,
    file,
    config({ [address]: { CATCHALL: echo.text } }),
  );
  assertEquals(
    [line["msg"], line["error"]],
    [
      "reload failed, the old config stays in use",
      `Cannot listen on "${address}": address already in use`,
    ],
  );
  assertEquals(await ask("b"), "one:b");
  assertEquals(echo.clients.size, 1);
});

Deno.test("reload: a first server for IPv6 takes another worker, and the log says what that costs", async () => {
  await using echo = udpEcho("one");
  await using file = await configFile();
  const [port, port6] = freePorts(2) as [number, number];
  const config = (more: object) => ({
    version: "v1.0.0",
    servers: { [`127.0.0.1:${port}/udp`]: { CATCHALL: echo.text }, ...more },
  });
  await using passthru = await startPassthru(config({}), { file: file.path });
  using client = new UdpEnd();
  const ask = async (said: string) => {
    await client.send(said, port);
    return (await client.next()).text;
  };
  assertEquals(await ask("a"), "one:a");
  const more = { [`[::1]:${port6}/udp`]: { CATCHALL: echo.text } };
  assertEquals((await reload(passthru, file, config(more)))["msg"], "reloaded");
  const line = await passthru.line(({ msg }) =>
    msg === "datagram worker replaced"
  );
  assertEquals(line["connections_lost"], 1);
  assertEquals(await ask("b"), "one:b");
  assertEquals(echo.clients.size, 2);
  // It may reach all from now on.
  assertEquals((await reload(passthru, file, config({})))["msg"], "reloaded");
  assertEquals(await ask("c"), "one:c");
  assertEquals(echo.clients.size, 2);
});

Deno.test("crash: the worker for datagrams is replaced, and the log says how many flows are lost", async () => {
  await using echo = udpEcho("one");
  const logger = new Logger({ write: () => {} });
  const worker = new URL("fixtures/datagram_crash_worker.ts", import.meta.url);
  const registry = new Registry([crash]);
  await using control = supervise(registry, {
    makeDatagramPlane: datagramPlanes(worker, logger),
  });
  const content = { CRASH: echo.text, CATCHALL: echo.text };
  const [port] = freePorts(1) as [number];
  const at = `127.0.0.1:${port}/udp`;
  await control.control.serve(
    planOf({ version: "v1.0.0", servers: { [at]: content } }, registry),
  );
  using client = new UdpEnd();
  await client.send("a", port);
  assertEquals((await client.next()).text, "one:a");
  await client.send("b", port);
  await client.next();
  using other = new UdpEnd();
  await other.send("boom", port);
  const [line] = await logged(control, "worker crashed");
  assertEquals(
    [line!["transport"], Number(line!["connections_lost"]) >= 1],
    ["udp", true],
  );
  let answered = false;
  void client.next().then(() => answered = true);
  // Nothing is lost that comes once the port is bound again.
  while (!answered) {
    await client.send("c", port);
    await delay(20);
  }
  assertEquals(control.failures, []);
});

Deno.test("stall: the worker for datagrams may stand still for as long as the last config says", async () => {
  await using echo = udpEcho("one");
  const logger = new Logger({ write: () => {} });
  const worker = new URL(
    "fixtures/datagram_stalling_worker.ts",
    import.meta.url,
  );
  const registry = new Registry([stall]);
  await using control = supervise(registry, {
    makeDatagramPlane: datagramPlanes(worker, logger),
  });
  const [port] = freePorts(1) as [number];
  const content = { STALL: echo.text, CATCHALL: echo.text };
  const servers = { [`127.0.0.1:${port}/udp`]: content };
  for (const stall_timeout of ["1m", "1s"]) {
    const config = { version: "v1.0.0", servers, stall_timeout };
    await control.control.serve(planOf(config, registry));
  }
  using client = new UdpEnd();
  await client.send("stall", port);
  await logged(control, "worker stalled");
  // Its thread has the port until it moves on.
  let answered = false;
  void client.next().then(() => answered = true);
  while (!answered) {
    await client.send("x", port);
    await delay(20);
  }
});

Deno.test("a datagram plane that is stopped before it serves ends its worker, unless a later one wants it", async () => {
  const maker = datagramPlanes(
    DATAGRAM_WORKER_URL,
    new Logger({ write: () => {} }),
  );
  const process = new ProcessMemory();
  const made = () => {
    const plan = planOf(
      udpServer({ CATCHALL: "127.0.0.1:9" }),
      new Registry(DATAGRAM_BUILTINS),
    );
    return maker(plan, {
      process,
      targets: new TargetBoard(plan, 1).share(0),
    });
  };
  const alone = made();
  assertEquals(await alone.stop(0), 0);
  await assertRejects(() => alone.ready, Error, "stopped before it served");
  const first = made();
  const last = made();
  assertEquals(await first.stop(0), 0);
  await Promise.all([first.ready, last.ready]);
  assertEquals([first.bound, last.bound].map((all) => all?.length), [0, 1]);
  await last.stop(0);
});

const MAKERS = {
  "a worker": (logger: Logger) => datagramPlanes(DATAGRAM_WORKER_URL, logger),
  "this thread": (logger: Logger) =>
    threadDatagramPlanes(new Registry(DATAGRAM_BUILTINS), logger),
};

for (const [place, makerOf] of Object.entries(MAKERS)) {
  Deno.test(`flows in ${place} are counted and listed from the config on that asks for it`, async () => {
    await using echo = udpEcho("one");
    const registry = new Registry(DATAGRAM_BUILTINS);
    const asks = ({ admin }: Plan) => admin !== undefined;
    await using supervised = supervise(registry, {
      makeDatagramPlane: makerOf(new Logger({ write: () => {} })),
      isObserved: asks,
      isCounted: asks,
    });
    const { control } = supervised;
    const ask = async () => {
      using client = new UdpEnd();
      await client.send("x", supervised.port());
      assertEquals((await client.next()).text, "one:x");
    };
    const config = (more: object) =>
      planOf(udpServer({ CATCHALL: echo.text }, more), registry);
    await control.serve(config({}));
    await ask();
    assertEquals((await control.planes.desk.find({})).matched, 0);
    await control.serve(config({ admin: { listen: "127.0.0.1:0" } }));
    await ask();
    const { connections } = await control.planes.desk.find({});
    assertEquals(connections.map(({ phase }) => phase), ["forwarding"]);
    const { listeners } = (await control.planes.counts()).traffic();
    assertEquals(listeners.map((one) => one.connections), [1]);
    assertEquals(await control.planes.desk.close(connections[0]!.id), true);
    // By the names of the last config.
    const admin = { listen: "127.0.0.1:0" };
    const servers = { "localhost:0/udp": { CATCHALL: echo.text } };
    await control.serve(
      planOf({ version: "v1.0.0", servers, admin }, registry),
    );
    await ask();
    const counted = (await control.planes.counts()).traffic().listeners;
    assertEquals(
      counted.map((one) => [one.listener, one.connections]),
      [["localhost:0/udp", 1]],
    );
  });
}

Deno.test("scopes: the datagram worker and the TCP workers have what the config needs, and it is enough", async () => {
  await using echo = udpEcho("one");
  await using file = await configFile();
  const config = udpServer({ CATCHALL: echo.text });
  const pinned = JSON.stringify(config).replaceAll(
    "127.0.0.1:0",
    "127.0.0.1:9",
  );
  await file.write(pinned);
  const { code, stdout } = await runPassthru([
    "scopes",
    "--json",
    "-c",
    file.path,
  ]);
  assertEquals(code, 0);
  const { net } = JSON.parse(stdout);
  assertEquals(
    net,
    [
      "0.0.0.0/0",
      "0.0.0.0:0",
      "127.0.0.1:9",
      echo.text,
      "[::]:0",
    ].sort(),
  );
  const flags = `--allow-net=${
    net.join(",").replace("127.0.0.1:9", "127.0.0.1")
  }`;
  const program = PASSTHRU.map((arg) => arg === "--allow-net" ? flags : arg);
  await using passthru = await startPassthru(config, { program });
  using client = new UdpEnd();
  await client.send("a", passthru.ports[0]!);
  assertEquals((await client.next()).text, "one:a");
});
