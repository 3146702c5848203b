/**
 * Measures passthru beside nginx's stream module as proxies for UDP:
 * `deno run --allow-all tests/bench/udp_proxy.ts [rounds]`. The CPU time is that
 * of the proxy's process, so it holds on a busy machine, too.
 *
 * @module
 */
import { tempFolder } from "../support/daemon.ts";
import { freePorts } from "../support/free_ports.ts";
import { startPassthru } from "../support/process.ts";
import { program, runWell } from "../support/programs.ts";
import { until } from "../support/wait.ts";

const SECONDS = 3;
const FLOWS = 32;
const BYTES = 1_200;
const IDLE_FLOWS = 4_000;
/** Of the times in /proc/PID/stat. */
const TICK_US = 10_000;
const SOURCE = new URL("udp_load.c", import.meta.url).pathname;

/** A proxy that is measured. */
interface Proxy {
  readonly name: string;
  readonly port: number;
  readonly pid: number;
}

await using folder = await tempFolder();
const load = `${folder.path}/udp_load`;
await runWell("cc", ["-O2", "-o", load, SOURCE]);
const [target, nginxPort] = freePorts(2) as [number, number];
using _echo = start(load, ["echo", String(target)]);
using nginx = start(program("nginx"), ["-c", await nginxConfig()]);
await using passthru = await startPassthru({
  version: "v1.0.0",
  log: { level: "info" },
  servers: {
    "127.0.0.1:0/udp": {
      CATCHALL: {
        CATCHALL: {
          action: "FORWARD",
          to_addr: `127.0.0.1:${target}`,
          idle_timeout: "60s",
        },
      },
      options: { max_connections: 18_000 },
    },
  },
});
const proxies: Proxy[] = [
  { name: "nginx", port: nginxPort, pid: await workerOf(nginx.pid) },
  { name: "passthru", port: passthru.ports[0]!, pid: passthru.pid },
];

// The first round warms up.
for (let round = 0; round <= Number(Deno.args[0] ?? 3); round++) {
  for (const proxy of proxies) await measure(proxy, "rtt", [FLOWS, BYTES]);
}
for (const proxy of proxies) await measureIdle(proxy);
// Once: nginx serves no new flow once its table is full.
for (const proxy of proxies) await measure(proxy, "new", [16, 60]);

async function measure(
  { name, port, pid }: Proxy,
  mode: string,
  [flows, bytes]: readonly [number, number],
): Promise<void> {
  const before = await cpuOf(pid);
  const { text } = await runWell(load, [
    mode,
    ...[port, flows, SECONDS, bytes].map(String),
  ]);
  const us = (await cpuOf(pid) - before) * TICK_US;
  const [count, seconds] = text.split(" ").map(Number) as [number, number];
  print(
    mode,
    name,
    `${Math.round(count / seconds)} a second`,
    `${(us / count).toFixed(1)} us of CPU`,
  );
}

async function measureIdle({ name, port, pid }: Proxy): Promise<void> {
  const before = await residentOf(pid);
  const child = new Deno.Command(load, {
    args: ["idle", ...[port, IDLE_FLOWS, 1, 60].map(String)],
    stdout: "piped",
  }).spawn();
  const { stdout } = await child.output();
  const [flows] = new TextDecoder().decode(stdout).split(" ").map(Number);
  const kib = (await residentOf(pid) - before) / flows!;
  print("idle", name, `${flows} flows`, `${kib.toFixed(1)} KiB a flow`);
}

async function nginxConfig(): Promise<string> {
  const file = `${folder.path}/nginx.conf`;
  await Deno.writeTextFile(
    file,
    `load_module /usr/lib/nginx/modules/ngx_stream_module.so;
worker_processes 1; daemon off; worker_rlimit_nofile 20000;
pid ${folder.path}/nginx.pid; error_log ${folder.path}/nginx.log error;
events { worker_connections 18000; }
stream { server {
  listen 127.0.0.1:${nginxPort} udp; proxy_pass 127.0.0.1:${target}; proxy_timeout 60s;
} }
`,
  );
  return file;
}

function start(command: string, args: readonly string[]) {
  const child = new Deno.Command(command, {
    args: [...args],
    stdout: "null",
    stderr: "null",
  }).spawn();
  return { pid: child.pid, [Symbol.dispose]: () => child.kill("SIGTERM") };
}

/** nginx serves in a process of its own. */
async function workerOf(pid: number): Promise<number> {
  return await until("nginx's worker", async () => {
    const file = `/proc/${pid}/task/${pid}/children`;
    return Number((await Deno.readTextFile(file)).trim()) || null;
  });
}

async function cpuOf(pid: number): Promise<number> {
  const fields = (await Deno.readTextFile(`/proc/${pid}/stat`)).split(" ");
  return Number(fields[13]) + Number(fields[14]);
}

async function residentOf(pid: number): Promise<number> {
  const status = await Deno.readTextFile(`/proc/${pid}/status`);
  return Number(/VmRSS:\s+(\d+)/.exec(status)![1]);
}

function print(...cells: string[]): void {
  // deno-lint-ignore no-console
  console.log(cells.map((cell) => cell.padEnd(18)).join(""));
}
