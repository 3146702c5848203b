/**
 * `deno task demo`: the main job with nothing else installed. Embedded services,
 * one passthru port in front of them, and commands to try.
 *
 * @module
 */
import { processOutput } from "../cli/output.ts";
import { formatDiagnostics, loadConfig } from "../config/load.ts";
import { BUILTINS } from "../detect/builtins.ts";
import { Registry } from "../detect/registry.ts";
import { PassthruError } from "../errors.ts";
import { logReport } from "../observe/connection_log.ts";
import { Logger } from "../observe/log.ts";
import { Server } from "../proxy/server.ts";
import { guide } from "./guide.ts";
import { type DemoServices, startDemoServices } from "./services.ts";

/** The port of the demo; any free one when it is taken. */
const PORT = 8443;

/** A running demo. */
export interface Demo {
  /** Port of 127.0.0.1 that passthru listens on. */
  readonly port: number;
  /** The config that it runs. */
  readonly config: string;
  /** Stops passthru and the services. */
  stop(): Promise<void>;
}

/**
 * Starts the services and passthru in front of them.
 *
 * @param ports Ports to try in turn; 0 is any free one.
 * @param write Takes the log.
 */
export function startDemo(
  ports: readonly number[],
  write: (lines: string) => void,
): Demo {
  const services = startDemoServices();
  const logger = new Logger({ write });
  const { server, config } = serveOnFirst(ports, services, logger);
  server.start();
  return {
    port: server.listeners[0]!.address.port,
    config,
    async stop() {
      await server.stop(0);
      await services.close();
      logger.flush();
    },
  };
}

function serveOnFirst(
  ports: readonly number[],
  services: DemoServices,
  logger: Logger,
): { server: Server; config: string } {
  const [port, ...others] = ports;
  const config = demoConfig(`127.0.0.1:${port}`, services);
  const registry = new Registry(BUILTINS);
  const { plan, source, diagnostics } = loadConfig(
    "demo.jsonc",
    new TextEncoder().encode(config),
    registry,
  );
  if (plan === null) throw new Error(formatDiagnostics(source, diagnostics));
  const onReport = logReport.bind(null, logger);
  try {
    return { server: new Server(plan, { registry, logger, onReport }), config };
  } catch (error) {
    if (!(error instanceof PassthruError) || others.length === 0) throw error;
    return serveOnFirst(others, services, logger);
  }
}

function demoConfig(listener: string, services: DemoServices): string {
  const to = (target: string) =>
    `{ "action": "FORWARD", "to_addr": "${target}" }`;
  return `{
  "version": "v1.0.0",
  "servers": {
    "${listener}": {
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
  const demo = startDemo([PORT, 0], processOutput.err);
  processOutput.out(guide(demo.port, demo.config));
  await stopped;
  await demo.stop();
}

if (import.meta.main) {
  await main();
  Deno.exit(0);
}
