/** What clients notice of a reload. */
import { delay } from "@std/async/delay";
import { PATIENCE_MS } from "../../support/wait.ts";
import type { Bench } from "../context.ts";
import type { Measure } from "../figures.ts";
import { benchHosts } from "../openings.ts";
import { isPassthru } from "../peers/passthru.ts";
import type { Peer } from "../peers/peer.ts";
import { inRounds, type Values } from "../rounds.ts";
import { steadyExchanges, visits } from "../tools/load_tool.ts";
import { firstByte, startWay, type Way } from "../ways.ts";

/** Connections that are kept, and their requests a second in all. */
const KEPT = 8;
const RATE = 400;
/** Pause between new connections, in seconds. */
const PAUSE_SECONDS = 0.003;
/** How often it is asked whether the new config is in use, in milliseconds. */
const ASK_MS = 5;
/** What the other target of TLS answers; a TLS server's first byte is 0x16. */
const OTHER = 0x52;
/** Longest time that a reload may add to an answer, in milliseconds. */
const MOST_MS = 50;

/** passthru alone, with the most rules, while it reloads once in each load. */
export const RELOAD: Measure = {
  name: "reload",
  title: "Answers while a config with many rules is reloaded",
  needs: ["load"],
  figures: () => [
    {
      key: "reload_ms",
      title: "SIGHUP to the first connection by the new config",
      unit: "ms",
      better: "less",
    },
    {
      key: "new_max_ms",
      title: "slowest new connection",
      unit: "ms",
      better: "less",
      targets: [{ of: "value", most: MOST_MS }],
    },
    {
      key: "kept_max_ms",
      title: "slowest request, kept connections",
      unit: "ms",
      better: "less",
      targets: [{ of: "value", most: MOST_MS }],
    },
    {
      key: "failed",
      title: "failed",
      unit: "connections",
      better: "less",
      targets: [{ of: "value", most: 0 }],
    },
  ],
  async run(bench) {
    await using stack = new AsyncDisposableStack();
    const other = stack.use(otherTarget());
    const moreHosts = benchHosts(Math.max(...bench.settings.rules) - 1);
    const among: Reloaded[] = [];
    for (const program of bench.programs.filter(isPassthru)) {
      const way = stack.use(await startWay(bench, program, { moreHosts }));
      among.push(new Reloaded(program, way));
    }
    return await inRounds(bench, {
      label: "reload",
      among,
      loads: [(one, seconds) => whileReloading(bench, one, { seconds, other })],
      warmUp: true,
    });
  },
};

/** A program whose TLS goes to one target, then to another, and back. */
class Reloaded {
  readonly name: string;
  readonly way: Way;
  readonly #program: Peer;
  #isOther = false;

  constructor(program: Peer, way: Way) {
    this.name = program.name;
    this.way = way;
    this.#program = program;
  }

  /** @returns How long it took until a connection went by the new config. */
  async reload(hello: Uint8Array, otherPort: number): Promise<number> {
    const { config, pid, tls: port } = this.way;
    const { file, setup } = config!;
    this.#isOther = !this.#isOther;
    const tls = this.#isOther ? otherPort : setup.tls;
    await Deno.writeTextFile(file, this.#program.config({ ...setup, tls }));
    const start = performance.now();
    Deno.kill(pid!, "SIGHUP");
    while (performance.now() - start < PATIENCE_MS) {
      const answer = await firstByte({ port, hello });
      if ((answer === OTHER) === this.#isOther) {
        return performance.now() - start;
      }
      await delay(ASK_MS);
    }
    throw new Error("The new config is not in use");
  }
}

async function whileReloading(
  bench: Bench,
  one: Reloaded,
  { seconds, other }: { seconds: number; other: OtherTarget },
): Promise<Values> {
  const { hello } = bench.backEnd;
  let reload: Promise<number> | null = null;
  const [kept, fresh] = await Promise.all([
    steadyExchanges(bench, one.way, {
      connections: KEPT,
      seconds,
      rate: RATE,
      halfway: () => {
        reload = one.reload(hello, other.port);
        // It is waited for below.
        reload.catch(() => {});
      },
    }),
    visits(bench, one.way, { seconds, pauseSeconds: PAUSE_SECONDS }),
  ]);
  return {
    reload_ms: await reload!,
    new_max_ms: fresh.max_us / 1e3,
    kept_max_ms: kept.max_us / 1e3,
    failed: fresh.failed,
  };
}

interface OtherTarget extends Disposable {
  readonly port: number;
}

/** A target that answers everybody with one byte. */
function otherTarget(): OtherTarget {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const serve = async () => {
    for await (const conn of listener) {
      await conn.write(Uint8Array.of(OTHER)).catch(() => {});
      conn.close();
    }
  };
  void serve();
  const { port } = listener.addr as Deno.NetAddr;
  return { port, [Symbol.dispose]: () => listener.close() };
}
