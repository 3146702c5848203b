/**
 * `deno task demo`: the main job with nothing else installed. Embedded services,
 * one passthru port in front of them, and commands to try.
 *
 * @module
 */
import { processOutput } from "../cli/output.ts";
import { Logger } from "../observe/log.ts";
import { guide } from "./guide.ts";
import { type DemoServices, startDemoServices } from "./services.ts";
import { serveDemo } from "./serving.ts";

/** The ports of the demo and of its page; any free ones when they are taken. */
const PORTS: DemoPorts = { port: 8443, page: 9901 };

/** Ports of 127.0.0.1 that the demo wants; 0 is any free one. */
export interface DemoPorts {
  /** Of passthru. */
  readonly port: number;
  /** Of the live page. */
  readonly page: number;
}

/** A running demo. */
export interface Demo extends DemoPorts {
  /** The config that it runs. */
  readonly config: string;
  /** Stops passthru and the services. */
  stop(): Promise<void>;
}

/**
 * Starts the services and passthru in front of them.
 *
 * @param wanted Ports to take; one that is taken becomes any free one.
 * @param write Takes the log.
 */
export async function startDemo(
  wanted: DemoPorts,
  write: (lines: string) => void,
): Promise<Demo> {
  const services = startDemoServices();
  const logger = new Logger({ write });
  const port = freePort(wanted.port);
  const page = freePort(wanted.page);
  const config = demoConfig({ port, page }, services);
  const stop = await serveDemo(config, logger);
  return {
    port,
    page,
    config,
    async stop() {
      await stop();
      await services.close();
      logger.flush();
    },
  };
}

/** This port of 127.0.0.1, or any other when it is taken. */
function freePort(port: number): number {
  try {
    using listener = Deno.listen({ hostname: "127.0.0.1", port });
    return listener.addr.port;
  } catch (error) {
    if (port === 0) throw error;
    return freePort(0);
  }
}

function demoConfig(
  { port, page }: DemoPorts,
  services: DemoServices,
): string {
  const to = (target: string) =>
    `{ "action": "FORWARD", "to_addr": "${target}" }`;
  return `{
  "version": "v1.0.0",
  "admin": { "listen": "127.0.0.1:${page}" },
  "servers": {
    "127.0.0.1:${port}": {
      "options": { "detect_timeout": "1s" },
      "TLS": {
        "SNI alpha.localhost": ${to(services.alpha)},
        "SNI beta.localhost": ${to(services.beta)},
        "CATCHALL": { "action": "REJECT" }
      },
      "HTTP": { "CATCHALL": ${to(services.http)} },
      "HTTP2": { "CATCHALL": ${to(services.http)} },
      "SSH": { "CATCHALL": ${to(services.ssh)} },
      "SILENT": { "CATCHALL": ${to(services.greeting)} },
      "CATCHALL": { "CATCHALL": { "action": "REJECT" } }
    }
  }
}`;
}

/** Runs the demo until Ctrl-C. */
async function main(): Promise<void> {
  const stopped = new Promise<void>((resolve) => {
    Deno.addSignalListener("SIGINT", resolve);
    Deno.addSignalListener("SIGTERM", resolve);
  });
  const demo = await startDemo(PORTS, processOutput.err);
  processOutput.out(guide(demo, demo.config));
  await stopped;
  await demo.stop();
}

const USAGE = `Usage: deno task demo

Serves example services behind one port, and prints commands to try. It has no
options, and ends with Ctrl-C.
`;

if (import.meta.main) {
  const [argument] = Deno.args;
  if (argument === "--help" || argument === "-h") processOutput.out(USAGE);
  else if (argument === undefined) await main();
  else {
    processOutput.err(`Unexpected argument "${argument}"\n\n${USAGE}`);
    Deno.exit(2);
  }
  Deno.exit(0);
}
