/** curl through passthru to several nginx, of which one after the other goes. */
import { assert, assertEquals } from "@std/assert";
import { type Nginx, startNginx } from "../support/nginx.ts";
import { oneServer } from "../support/passthru.ts";
import { type PassthruProcess, startPassthru } from "../support/process.ts";
import { programTest } from "../support/programs.ts";
import { noise } from "../support/tcp.ts";
import { until, within } from "../support/wait.ts";
import { curl } from "../support/web_clients.ts";

const NAMES = ["one", "two", "three"] as const;
/** How many curl at a time. */
const CLIENTS = 4;
/** Requests between two events. */
const BETWEEN = 40;
/** Downloads that go on while a server goes, and how fast each is. */
const DOWNLOADS = 6;
const DOWNLOAD_BYTES = 8_000_000;
const RATE = "6M";

/**
 * Tells nginx to go: it takes no more connections and ends those that it has.
 * Resolves when its port refuses.
 */
async function quit(nginx: Nginx, name: string): Promise<void> {
  const pid = Number(await Deno.readTextFile(`${nginx.files}/../nginx.pid`));
  Deno.kill(pid, "SIGQUIT");
  const port = Number(nginx.address(name).split(":")[1]);
  await until(`the end of ${name}`, async () => {
    try {
      (await Deno.connect({ hostname: "127.0.0.1", port })).close();
      return null;
    } catch {
      return true;
    }
  });
}

/** Short requests, one after the other on each of some clients. */
class Requests {
  /** Names of the servers that answered. */
  readonly answers: string[] = [];
  readonly failures: string[] = [];
  readonly #port: number;
  #stopped = false;
  #clients: Promise<void>[] = [];

  constructor(port: number) {
    this.#port = port;
  }

  start(): void {
    this.#stopped = false;
    this.#clients = Array.from({ length: CLIENTS }, () => this.#client());
  }

  /** Starts no more, and waits for those that are under way. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#clients);
  }

  /** The answers to the next requests, so many. */
  async more(count: number): Promise<string[]> {
    const start = this.answers.length;
    return await until(`${count} answers`, () => {
      const all = this.answers.slice(start);
      return all.length >= count || this.failures.length > 0 ? all : null;
    });
  }

  async #client(): Promise<void> {
    while (!this.#stopped) {
      const { code, text, stderr } = await curl(
        { port: this.#port },
        ["--http1.1", "--fail"],
        "http://site.test/",
      );
      if (code === 0) this.answers.push(text.split(" ")[0]!);
      else this.failures.push(`${code} ${stderr}`);
    }
  }
}

/** Long downloads. @returns Resolves when all have ended well. */
async function downloads(port: number): Promise<void> {
  await Promise.all(
    Array.from({ length: DOWNLOADS }, async () => {
      const { code, stdout, stderr } = await curl(
        { port },
        ["--http1.1", "--fail", "--limit-rate", RATE],
        "http://site.test/files/long",
      );
      assertEquals([code, stdout.length], [0, DOWNLOAD_BYTES], stderr);
    }),
  );
}

function upstreamConfig(addresses: readonly string[]): unknown {
  // Without checks: only dials that fail show that a server is gone.
  const action = { action: "FORWARD", to_addr: addresses };
  return {
    ...oneServer({ HTTP: { CATCHALL: action } }) as object,
    workers: 2,
  };
}

async function isDown(
  passthru: PassthruProcess,
  address: string,
): Promise<void> {
  await within(
    `${address} to be down`,
    passthru.line(({ msg, target }) =>
      msg === "target down" && target === address
    ),
  );
}

programTest(
  ["curl", "nginx"],
  "upstream: nginx after nginx goes under load, and no request of curl fails",
  async () => {
    await using stack = new AsyncDisposableStack();
    const servers: Nginx[] = [];
    for (const name of NAMES) {
      const nginx = await startNginx([{ name, http2: false }]);
      servers.push(stack.use(nginx));
      await Deno.writeFile(`${nginx.files}/long`, noise(DOWNLOAD_BYTES));
    }
    const addresses = NAMES.map((name, i) => servers[i]!.address(name));
    await using passthru = await startPassthru(upstreamConfig(addresses));
    const [port] = passthru.ports as [number];
    const requests = new Requests(port);
    requests.start();
    assertEquals(new Set(await requests.more(BETWEEN)).size, 3);
    for (const [i, address] of addresses.slice(0, 2).entries()) {
      const long = downloads(port);
      await requests.more(BETWEEN);
      // What the kernel of a server that goes has accepted, and the server not
      // yet, is lost with every proxy: the short requests pause meanwhile.
      await requests.stop();
      await quit(servers[i]!, NAMES[i]!);
      requests.start();
      await isDown(passthru, address);
      const left = new Set(await requests.more(BETWEEN));
      assert(!left.has(NAMES[i]!), `${[...left]}`);
      await long;
    }
    await requests.stop();
    assertEquals(requests.failures, []);
    assertEquals(
      new Set(requests.answers.slice(-BETWEEN)),
      new Set(["three"]),
    );
    const retried = passthru.lines.filter((line) => line["retried"]);
    assert(retried.length >= 6, `${retried.length} were retried`);
    const downs = passthru.lines.filter(({ msg }) => msg === "target down");
    assertEquals(
      downs.map(({ target }) => target),
      addresses.slice(0, 2),
    );
  },
);
