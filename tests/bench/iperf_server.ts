/** The server behind the programs for bulk: iperf3. */
import { freePorts } from "../support/free_ports.ts";
import { until } from "../support/wait.ts";
import { limited } from "./limited.ts";
import type { Processes } from "./processes.ts";
import type { Settings } from "./settings.ts";

/** A running iperf3. */
export interface IperfServer extends AsyncDisposable {
  readonly port: number;
}

/** Starts an iperf3 server. It takes one client at a time. */
export async function startIperf(
  processes: Processes,
  settings: Settings,
): Promise<IperfServer> {
  const port = freePorts(1)[0]!;
  const server = processes.start(limited(
    ["iperf3", "--server", "--bind", "127.0.0.1", "--port", `${port}`],
    "load",
    settings,
  ));
  // A connection to try it would be a client to it, so the kernel is asked.
  await until("iperf3", () => {
    if (server.ended) throw new Error(`iperf3: ${server.complaint}`);
    return isListening(port);
  });
  return {
    port,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

/** Whether a port is in the state LISTEN, 0A in /proc/net/tcp (proc(5)). */
function isListening(port: number): true | null {
  const hex = port.toString(16).toUpperCase().padStart(4, "0");
  const line = new RegExp(`^ *\\d+: [0-9A-F]{8}:${hex} [0-9A-F:]+ 0A `, "m");
  return line.test(Deno.readTextFileSync("/proc/net/tcp")) ? true : null;
}
