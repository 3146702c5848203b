/** A real Prometheus with the configs for it, which asks a running passthru. */
import { assertEquals, assertMatch } from "@std/assert";
import { startDaemon, tempFolder } from "../support/daemon.ts";
import { freePorts } from "../support/free_ports.ts";
import { ask } from "../support/load.ts";
import { configFile } from "../support/config_file.ts";
import { forwardTo, oneServer } from "../support/passthru.ts";
import { ROOT, startPassthru } from "../support/process.ts";
import { programTest } from "../support/programs.ts";
import { namedEcho } from "../support/services.ts";
import { until } from "../support/wait.ts";

const TOKEN = "a-token-of-some-length";
const POD_LABELS = "__meta_kubernetes_pod";

/** A sample that a query found. */
interface Sample {
  readonly metric: Readonly<Record<string, string>>;
}

/** The jobs of a config as it is shipped, with other values in it. */
async function jobs(
  name: string,
  changes: readonly (readonly [RegExp, string])[],
): Promise<string> {
  let text = await Deno.readTextFile(`${ROOT}configs/deploy/${name}`);
  for (const [from, to] of changes) {
    assertMatch(text, from);
    text = text.replace(from, to);
  }
  return text.replace(/^[^]*^scrape_configs:\n/m, "");
}

/** Both configs as one: machines, and pods that discovery would have found. */
async function configText(admin: number, folder: string): Promise<string> {
  const token = [
    /\/etc\/prometheus\/passthru_token/,
    `${folder}/token`,
  ] as const;
  const machines = await jobs("prometheus.yml", [
    token,
    [/\[".*"\]/, `["127.0.0.1:${admin}"]`],
  ]);
  const found = ["admin", "passthru"].map((port) => `
      - targets: ["127.0.0.1:${admin}"]
        labels:
          ${POD_LABELS}_name: pod-1
          ${POD_LABELS}_label_app_kubernetes_io_name: passthru
          ${POD_LABELS}_container_port_name: ${port}`);
  const pods = await jobs("kubernetes/prometheus.yml", [
    token,
    [/job_name: \w+/, "job_name: pods"],
    [
      /kubernetes_sd_configs:\n +- role: pod/,
      `static_configs:${found.join("")}`,
    ],
  ]);
  return `global: { scrape_interval: 500ms, scrape_timeout: 500ms }
scrape_configs:
${machines}
${pods}`;
}

/** What Prometheus answers to a query. */
async function query(port: number, text: string): Promise<Sample[]> {
  const response = await fetch(
    `http://127.0.0.1:${port}/api/v1/query?query=${encodeURIComponent(text)}`,
    { headers: { connection: "close" } },
  );
  return (await response.json()).data.result;
}

programTest(
  ["prometheus"],
  "prometheus: with the configs for it, it reads a passthru by its token, and queries give the right numbers",
  async () => {
    await using echo = namedEcho("echo");
    const [admin] = freePorts(1) as [number];
    await using file = await configFile();
    await Deno.writeTextFile(`${file.folder}/token`, TOKEN);
    await using passthru = await startPassthru({
      ...oneServer({ CATCHALL: forwardTo(echo.address) }) as object,
      admin: { listen: `127.0.0.1:${admin}`, token: "file:token" },
    }, { file: file.path });
    await using folder = await tempFolder();
    const { path } = folder;
    await Deno.writeTextFile(`${path}/token`, `${TOKEN}\n`);
    const yaml = await configText(admin, path);
    await Deno.writeTextFile(`${path}/prometheus.yml`, yaml);
    const [port] = freePorts(1) as [number];
    await using _prometheus = await startDaemon({
      program: "prometheus",
      args: [
        `--config.file=${path}/prometheus.yml`,
        `--storage.tsdb.path=${path}/data`,
        `--web.listen-address=127.0.0.1:${port}`,
      ],
      ports: [port],
    });
    for (let i = 0; i < 3; i++) await ask(passthru.ports[0]!, "x");
    const counted = await until("three connections", async () => {
      const all = await query(port, "passthru_connections_accepted_total == 3");
      return all.length === 2 ? all : null;
    });
    assertEquals(
      counted.map(({ metric }) => [metric["job"], metric["pod"]]).sort(),
      [["passthru", undefined], ["pods", "pod-1"]],
    );
    await until("both to be up", async () => {
      return (await query(port, "up == 1")).length === 2 ? true : null;
    });
    // It did send the token: on loopback none is needed, but a wrong one is.
    await Deno.writeTextFile(`${path}/token`, "another-token-of-16");
    await until("to be refused", async () => {
      return (await query(port, "up == 0")).length === 2 ? true : null;
    });
  },
);
