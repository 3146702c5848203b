/** Three passthru processes behind a real HAProxy, of which one or another goes. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import {
  type Balancer,
  type Passed,
  type ReplicaPorts,
  REPLICAS,
  startBalancer,
} from "../support/balancer.ts";
import { freePorts } from "../support/free_ports.ts";
import { LongTransfer, ShortRequests } from "../support/http_clients.ts";
import { Dnsmasq } from "../support/dnsmasq.ts";
import { type Nginx, startNginx } from "../support/nginx.ts";
import { type PassthruProcess, startPassthru } from "../support/process.ts";
import { programTest } from "../support/programs.ts";
import { until, within } from "../support/wait.ts";

/** Clients that ask one short question after the other. */
const ASKING = 4;
/** Long transfers, over all replicas. */
const LONG = 9;
/** Short requests between two events. */
const BETWEEN = 100;

/** The config of a replica, whose target DNS tells. */
function replicaConfig({ port, admin }: ReplicaPorts, dns: Dnsmasq): unknown {
  return {
    version: "v1.0.0",
    admin: { listen: `127.0.0.1:${admin}` },
    resolver: dns.address,
    servers: {
      [`127.0.0.1:${port}`]: {
        options: { accept_proxy: { from: ["127.0.0.0/8"] } },
        HTTP: {
          CATCHALL: {
            action: "FORWARD",
            to_addr: "srv:_app._tcp.svc.test",
            within: ["127.0.0.0/8"],
          },
        },
      },
    },
    workers: 2,
  };
}

/** Replicas, what is in front of them and what is behind. */
class Fleet implements AsyncDisposable {
  /** Every process that was ever started, and which replica it was. */
  readonly started: { name: string; passthru: PassthruProcess }[] = [];
  readonly #dns: Dnsmasq;
  readonly #ports: readonly ReplicaPorts[];
  readonly #stack = new AsyncDisposableStack();
  #balancer: Balancer | null = null;

  private constructor(
    nginx: Nginx,
    dns: Dnsmasq,
    ports: readonly ReplicaPorts[],
  ) {
    this.#stack.use(nginx);
    this.#dns = this.#stack.use(dns);
    this.#ports = ports;
  }

  /** Starts them all, HAProxy last. */
  static async start(): Promise<Fleet> {
    const nginx = await startNginx([{ name: "web", http2: false }]);
    await using stack = new AsyncDisposableStack();
    const dns = new Dnsmasq();
    const free = freePorts(2 * REPLICAS.length);
    const ports = REPLICAS.map((_, i) => ({
      port: free[2 * i]!,
      admin: free[2 * i + 1]!,
    }));
    const fleet = stack.use(new Fleet(nginx, dns, ports));
    const [host, port] = nginx.address("web").split(":");
    await dns.answer([{ name: "web", address: host!, port: Number(port) }]);
    for (const name of REPLICAS) await fleet.startReplica(name);
    const balancer = await startBalancer(fleet.#ports);
    fleet.#balancer = fleet.#stack.use(balancer);
    stack.move();
    return fleet;
  }

  /** HAProxy. */
  get balancer(): Balancer {
    return this.#balancer!;
  }

  /** Starts one. */
  async startReplica(name: typeof REPLICAS[number]): Promise<PassthruProcess> {
    const ports = this.#ports[REPLICAS.indexOf(name)]!;
    const passthru = await startPassthru(replicaConfig(ports, this.#dns));
    this.#stack.use(passthru);
    this.started.push({ name, passthru });
    return passthru;
  }

  /** The process that is this replica now. */
  replica(name: string): PassthruProcess {
    return this.started.findLast((one) => one.name === name)!.passthru;
  }

  /** Short requests of several clients. */
  ask(): ShortRequests {
    const { port } = this.balancer;
    const body = "web HTTP/1.1 site.test\n";
    return new ShortRequests({ port, parallel: ASKING, body });
  }

  /** Long transfers, which have all begun. */
  async transfers(label: string): Promise<LongTransfer[]> {
    const all = await Promise.all(
      Array.from(
        { length: LONG },
        (_, i) => LongTransfer.open(this.balancer.port, `/files/${label}-${i}`),
      ),
    );
    for (const one of all) this.#stack.use(one);
    await Promise.all(all.map((one) => one.round()));
    return all;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync();
  }
}

/** Checks that replicas log clients, by their own addresses, and no probes. */
function assertClientsKnown(fleet: Fleet, passed: readonly Passed[]): void {
  const served = new Set(
    passed.map(({ replica, port }) => `${replica} 127.0.0.1:${port}`),
  );
  for (const { name, passthru } of fleet.started) {
    const lines = passthru.lines.filter(({ msg }) => msg === "connection");
    assert(lines.length > 0);
    for (const { rule, client, proxy, reason } of lines) {
      assertEquals(rule, "HTTP/CATCHALL", `a probe is logged: ${reason}`);
      assert(served.has(`${name} ${client}`), `${name} ${client}`);
      assertMatch(String(proxy), /^127\.0\.0\.1:\d+$/);
    }
  }
}

/** What HAProxy has logged, when that has all clients in it. */
async function passedAll(
  fleet: Fleet,
  transfers: readonly LongTransfer[] = [],
): Promise<Passed[]> {
  return await until("all in HAProxy's log", async () => {
    const passed = await fleet.balancer.passed();
    const logged = new Set<unknown>(passed.map(({ port }) => port));
    // By replica too: a port may be used again.
    for (const { replica, port } of passed) logged.add(`${replica} ${port}`);
    const known = fleet.started.flatMap(({ name, passthru }) =>
      passthru.lines.filter(({ msg }) => msg === "connection")
        .map(({ client }) => `${name} ${String(client).split(":")[1]}`)
    );
    const wanted = [...transfers.map(({ port }) => port), ...known];
    return wanted.every((one) => logged.has(one)) ? passed : null;
  });
}

programTest(
  ["dnsmasq", "haproxy", "nginx", "sh"],
  "replicas: one that is killed takes its own connections with it, and nothing else",
  async () => {
    await using fleet = await Fleet.start();
    const { balancer } = fleet;
    await using requests = fleet.ask();
    const transfers = await fleet.transfers("long");
    await requests.more(BETWEEN);
    const dead = fleet.replica("two");
    dead.kill("SIGKILL");
    await dead.exit;
    await requests.more(2 * BETWEEN);
    await balancer.seen("two", "DOWN");
    await requests.more(BETWEEN);
    const again = await fleet.startReplica("two");
    await balancer.seen("two", "UP");
    await within("load on it", again.line(({ msg }) => msg === "connection"));
    await requests.more(BETWEEN);
    await requests.stop();
    const ends = await Promise.all(transfers.map((one) => one.end()));

    const lost = ends.filter((end) => end !== null);
    const passed = await passedAll(fleet, transfers);
    const wasOnDead = (port: number | null) =>
      passed.some((one) => one.port === port && one.replica === "two");
    const onDead = transfers.filter(({ port }) => wasOnDead(port));
    assert(onDead.length > 0 && onDead.length < LONG, `${onDead.length}`);
    assertEquals(
      lost.map(({ port }) => port),
      onDead.map(({ port }) => port),
    );
    assert(requests.broken.length <= ASKING, `${requests.broken.length}`);
    for (const { port, why } of requests.broken) {
      assert(wasOnDead(port), `${port} was not on the dead one: ${why}`);
    }
    const broken = passed.filter((one) => one.broken);
    assertEquals(
      new Set(broken.map(({ replica }) => replica)),
      new Set(["two"]),
    );
    assertClientsKnown(fleet, passed);
  },
);

/** Takes a replica out as README.md of configs/deploy says, and ends it. */
async function retire(
  { balancer, replica }: { balancer: Balancer; replica: PassthruProcess },
  { name, requests }: { name: string; requests: ShortRequests },
): Promise<void> {
  await balancer.set(name, "drain");
  // What HAProxy had given to it by then is with the process, not on its way.
  await requests.turn();
  replica.kill("SIGTERM");
  await within(
    `${name} to drain`,
    replica.line(({ msg }) => msg === "stopping"),
  );
}

programTest(
  ["dnsmasq", "haproxy", "nginx", "sh"],
  "replicas: all are restarted one after the other under load, and nothing fails",
  async () => {
    await using fleet = await Fleet.start();
    const { balancer } = fleet;
    await using requests = fleet.ask();
    await requests.more(BETWEEN);
    for (const name of REPLICAS) {
      const transfers = await fleet.transfers(name);
      const replica = fleet.replica(name);
      await retire({ balancer, replica }, { name, requests });
      await balancer.seen(name, "DOWN");
      assertEquals(await balancer.checked(name), "503", "it says so itself");
      await requests.more(BETWEEN);
      await Promise.all(transfers.map((one) => one.round()));
      const ends = await Promise.all(transfers.map((one) => one.end()));
      assertEquals(ends, transfers.map(() => null));
      assertEquals(await within("its end", replica.exit), 0);
      const again = await fleet.startReplica(name);
      await balancer.set(name, "ready");
      await balancer.seen(name, "UP");
      await within("load", again.line(({ msg }) => msg === "connection"));
    }
    await requests.stop();
    assertEquals(requests.broken, []);
    const passed = await passedAll(fleet);
    assertEquals(passed.filter(({ broken }) => broken), []);
    assertEquals(fleet.started.length, 2 * REPLICAS.length);
    assertClientsKnown(fleet, passed);
  },
);
