/**
 * passthru with its live page, inside this process.
 *
 * @module
 */
import { planeMakers } from "../cli/plane_makers.ts";
import { AdminControl } from "../cli/run/admin_control.ts";
import { ProcessSource } from "../cli/run/process_source.ts";
import { ConfigServer } from "../cli/run/reload.ts";
import { StatusBoard } from "../cli/run/status_board.ts";
import { parseOverrides } from "../cli/overrides.ts";
import { NO_PLACES } from "../cli/config_places.ts";
import { formatDiagnostics, loadConfig } from "../config/load.ts";
import type { Plan } from "../config/plan.ts";
import { Supervisor } from "../control/supervisor.ts";
import { BUILTINS } from "../detect/builtins.ts";
import { Registry } from "../detect/registry.ts";
import type { Logger } from "../observe/log.ts";

/** What the process source shows as the config's file; there is none. */
const NO_FILE = "-";

/**
 * Serves a config until it is told to stop.
 *
 * @returns Stops all, dropping open connections.
 * @throws {PassthruError} An address cannot be bound.
 */
export async function serveDemo(
  text: string,
  logger: Logger,
): Promise<() => Promise<void>> {
  const plan = planOf(text);
  const supervisor = new Supervisor({
    ...await planeMakers("none", logger),
    logger,
    cores: 1,
    isCounted: () => true,
    isObserved: () => true,
    onFailure: (error) => logger.log("error", error.message),
  });
  const board = new StatusBoard();
  const onChange = () => board.changed();
  const admin: AdminControl = new AdminControl({
    file: NO_FILE,
    logger,
    source: () => source,
  });
  const server = new ConfigServer({
    supervisor,
    logger,
    file: NO_FILE,
    overrides: await parseOverrides(new Map()),
    isolation: "none",
    admin,
    onChange,
  });
  const source = new ProcessSource({
    supervisor,
    server,
    board,
    file: NO_FILE,
    drain: () => {
      board.become("draining");
      void supervisor.stop(plan.drainTimeoutMs);
    },
  });
  await server.start(plan, {
    text,
    included: [],
    places: NO_PLACES,
    notes: [],
    refused: [],
  });
  board.become("ready");
  return async () => {
    board.become("draining");
    await supervisor.stop(0);
    await admin.stop();
  };
}

function planOf(text: string): Plan {
  const { plan, source, diagnostics } = loadConfig(
    "demo.jsonc",
    new TextEncoder().encode(text),
    new Registry(BUILTINS),
  );
  if (plan === null) throw new Error(formatDiagnostics(source, diagnostics));
  return plan;
}
