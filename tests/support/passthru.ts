/** A passthru server inside the test process, and one as a process of its own. */
import { assert } from "@std/assert";
import { formatDiagnostics, loadConfig } from "../../src/config/load.ts";
import { BUILTINS } from "../../src/detect/builtins.ts";
import { Registry } from "../../src/detect/registry.ts";
import { Logger } from "../../src/observe/log.ts";
import type { Report } from "../../src/observe/report.ts";
import { Server, type ServerOptions } from "../../src/proxy/server.ts";
import { TargetBoard } from "../../src/upstream/target_board.ts";
import { TargetMemory } from "../../src/upstream/target_memory.ts";
import { targetTable } from "../../src/upstream/target_table.ts";
import { Changes } from "./changes.ts";
import { within } from "./wait.ts";

/** A running server, and what it reported. */
export interface TestServer extends AsyncDisposable {
  readonly server: Server;
  /** Port of the first listener. */
  readonly port: number;
  readonly reports: readonly Report[];
  /** Resolves with the report of the nth connection (from 1) to end. */
  report(nth: number): Promise<Report>;
  /** Log lines other than those of connections. */
  readonly log: () => string;
  /** Open connections to each target, in the order of the config. */
  readonly openTo: () => number[];
}

/**
 * Serves a config in this process, on ports that the config leaves to the system
 * (`127.0.0.1:0`).
 */
export function serveConfig(
  config: unknown,
  more: Partial<ServerOptions> = {},
): TestServer {
  const registry = new Registry(BUILTINS);
  const { plan, source, diagnostics } = loadConfig(
    "test.jsonc",
    new TextEncoder().encode(JSON.stringify(config)),
    registry,
  );
  assert(plan, formatDiagnostics(source, diagnostics));
  let log = "";
  const reports: Report[] = [];
  const changes = new Changes();
  const logger = new Logger({ write: (lines) => log += lines });
  const share = new TargetBoard(plan, 1).share(0);
  const table = targetTable(plan);
  const memory = new TargetMemory(table, share);
  const server = new Server(plan, {
    registry,
    targets: share,
    logger,
    onReport: (report) => {
      reports.push(report);
      changes.tell();
    },
    ...more,
  });
  server.start();
  return {
    server,
    port: server.listeners[0]!.address.port,
    reports,
    log: () => log,
    openTo: () => table.slots.map((_, slot) => memory.connections(slot)),
    report: (nth) =>
      within(`report ${nth}`, changes.until(() => reports[nth - 1] ?? null)),
    async [Symbol.asyncDispose]() {
      await server.stop(0);
    },
  };
}

/** A config of one server on a free loopback port. */
export function oneServer(server: unknown): unknown {
  return { version: "v1.0.0", servers: { "127.0.0.1:0": server } };
}

/** A config of one server that forwards all, with this admin address. */
export function withAdmin(
  to: string,
  admin: unknown,
  more: object = {},
): object {
  return {
    ...oneServer({ CATCHALL: forwardTo(to) }) as object,
    admin,
    ...more,
  };
}

/** `{ CATCHALL: FORWARD to }`, with more fields of the action if given. */
export function forwardTo(to: string, more: object = {}): unknown {
  return { CATCHALL: { action: "FORWARD", to_addr: to, ...more } };
}
