/** Prometheus scrapes a running passthru, and answers with what its clients did. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { AdminClient, adminPort } from "../support/admin_client.ts";
import { helloRecord } from "../support/client_hello.ts";
import { configFile } from "../support/config_file.ts";
import { connectLocal, expectEnd } from "../support/dialogue.ts";
import { ask } from "../support/load.ts";
import { forwardTo, oneServer } from "../support/passthru.ts";
import { startPassthru } from "../support/process.ts";
import { programTest, runWell } from "../support/programs.ts";
import { type Prometheus, startPrometheus } from "../support/prometheus.ts";
import { namedEcho } from "../support/services.ts";
import { bytesOf, writeAll } from "../support/tcp.ts";
import { closedAddress } from "../support/upstream.ts";
import { until } from "../support/wait.ts";

const TOKEN = "a-token-of-some-length";
const LISTENER = "127.0.0.1:0";

/** The series of the one job. */
function of(name: string, labels = ""): string {
  return `${name}{job="edge"${labels}}`;
}

/** Waits until a query that gives one sample gives this value. */
async function gives(
  prometheus: Prometheus,
  expression: string,
  value: number,
): Promise<void> {
  let seen: unknown;
  try {
    await until(`${value} from ${expression}`, async () => {
      const samples = await prometheus.query(expression);
      seen = samples;
      return samples.length === 1 && samples[0]!.value === value || null;
    });
  } catch (error) {
    throw new Error(`${error}: ${JSON.stringify(seen)}`);
  }
}

programTest(
  ["prometheus", "promtool"],
  "Prometheus: queries give the numbers of the traffic there was",
  async () => {
    await using echo = namedEcho("echo");
    const down = closedAddress();
    await using passthru = await startPassthru({
      ...oneServer({
        TLS: forwardTo(down),
        CATCHALL: forwardTo(echo.address),
      }) as object,
      admin: { listen: "127.0.0.1:0" },
      workers: 2,
    });
    const port = await adminPort(passthru);
    await using prometheus = await startPrometheus([{ name: "edge", port }]);
    // Zero is said before there is anything.
    const accepted = of(
      "passthru_connections_accepted_total",
      `,listener="${LISTENER}"`,
    );
    await gives(prometheus, accepted, 0);

    const [clients] = passthru.ports as [number];
    const said = "x".repeat(200);
    const served = 20;
    for (let i = 0; i < served; i++) await ask(clients, said);
    using lost = await connectLocal(clients);
    await writeAll(lost, helloRecord());
    await expectEnd(lost);

    await gives(prometheus, accepted, served + 1);
    const upstream = echo.address;
    await assertTraffic(prometheus, { upstream, down, served, said });
    await assertHistograms(prometheus, { count: served + 1, bytes: 200 });
    // It is scraped once more with the new ones: rates can be asked for.
    await until("a rate", async () => {
      const [rate] = await prometheus.query(`rate(${accepted}[1m])`);
      return rate !== undefined && rate.value > 0 || null;
    });
    assertEquals(await prometheus.targets(), [
      { job: "edge", health: "up", lastError: "" },
    ]);
    const { body } = await new AdminClient(port).get<string>("/metrics");
    const stdin = bytesOf(body);
    const { text, stderr } = await runWell("promtool", ["check", "metrics"], {
      stdin,
    });
    assertEquals([text, stderr], ["", ""]);
  },
);

/** The counters are those of clients that were served, and of one that was not. */
async function assertTraffic(
  prometheus: Prometheus,
  { upstream, down, served, said }: {
    readonly upstream: string;
    readonly down: string;
    readonly served: number;
    readonly said: string;
  },
): Promise<void> {
  const closed = (reason: string) =>
    of("passthru_connections_closed_total", `,reason="${reason}"`);
  await gives(prometheus, closed("client_eof"), served);
  await gives(prometheus, closed("dial_failed"), 1);
  await gives(prometheus, of("passthru_connections_active"), 0);
  const relayed = (direction: string) =>
    of(
      "passthru_relayed_bytes_total",
      `,upstream="${upstream}",direction="${direction}"`,
    );
  await gives(prometheus, relayed("up"), served * said.length);
  const heard = "echo:".length + said.length;
  await gives(prometheus, relayed("down"), served * heard);
  await gives(
    prometheus,
    `sum(${of("passthru_upstream_dial_errors_total", `,upstream="${down}"`)})`,
    1,
  );
}

/** Most clients said so many bytes: quantiles lie in the buckets around that. */
async function assertHistograms(
  prometheus: Prometheus,
  { count, bytes }: { readonly count: number; readonly bytes: number },
): Promise<void> {
  const quantile = async (name: string) => {
    const [sample, ...others] = await prometheus.query(
      `histogram_quantile(0.5, ${name}_bucket)`,
    );
    assertEquals(others, []);
    return sample!.value;
  };
  const median = await quantile("passthru_detection_bytes");
  assert(bytes / 4 <= median && median <= bytes * 4, `${median} bytes`);
  for (
    const name of [
      "passthru_detection_duration_seconds",
      "passthru_connection_duration_seconds",
    ]
  ) {
    await gives(prometheus, `${name}_count`, count);
    const seconds = await quantile(name);
    assert(0 < seconds && seconds < 30, `${name}: ${seconds} s`);
  }
}

programTest(
  ["prometheus"],
  "Prometheus: the token of a file is taken, another one is not",
  async () => {
    await using echo = namedEcho("echo");
    await using file = await configFile();
    const [right, wrong] = ["token", "wrong"].map((name) =>
      `${file.folder}/${name}`
    ) as [string, string];
    await Deno.writeTextFile(right, `${TOKEN}\n`);
    await Deno.writeTextFile(wrong, `not-${TOKEN}\n`);
    await using passthru = await startPassthru({
      ...oneServer({ CATCHALL: forwardTo(echo.address) }) as object,
      admin: { listen: "127.0.0.1:0", token: "file:token" },
    }, { file: file.path });
    const port = await adminPort(passthru);
    await using prometheus = await startPrometheus([
      { name: "right", port, tokenFile: right },
      { name: "wrong", port, tokenFile: wrong },
    ]);
    await gives(prometheus, 'up{job="right"}', 1);
    await gives(prometheus, 'up{job="wrong"}', 0);
    const targets = await prometheus.targets();
    assertMatch(
      targets.find(({ job }) => job === "wrong")!.lastError,
      /401 Unauthorized/,
    );
  },
);
