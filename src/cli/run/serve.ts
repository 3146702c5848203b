/**
 * Serving a config until a signal says stop.
 *
 * @module
 */
import { DescriptorReserve } from "../../control/descriptor_reserve.ts";
import type { EarlyWorker } from "../../control/early_worker.ts";
import {
  Supervisor,
  type SupervisorOptions,
} from "../../control/supervisor.ts";
import { PassthruError } from "../../errors.ts";
import { Logger } from "../../observe/log.ts";
import { STOP_FLUSH_MS } from "../../observe/stderr.ts";
import { denoTelemetry } from "../../observe/telemetry.ts";
import { ExitCode } from "../exit_code.ts";
import type { Isolation } from "../isolation.ts";
import type { Output } from "../output.ts";
import type { Overrides } from "../overrides.ts";
import { planeMakers, socketKeeper } from "../plane_makers.ts";
import type { LoadedConfig } from "../read_config.ts";
import { VERSION } from "../version.ts";
import { AdminControl } from "./admin_control.ts";
import { readConfigOf } from "./config_notes.ts";
import type { ConfigWatch } from "./config_watch.ts";
import { surviveDefects } from "./defects.ts";
import { ProcessSource } from "./process_source.ts";
import { ConfigServer } from "./reload.ts";
import { ServiceManager } from "./service_manager.ts";
import { servingText, tellReload } from "./service_status.ts";
import type { SignalHandlers, Signals } from "./signals.ts";
import { StatusBoard } from "./status_board.ts";
import { exportTelemetry } from "./telemetry.ts";

/** What serving depends on beside the config. */
export interface ServeOptions {
  readonly file: string;
  /** A file that may be read, again and again. */
  readonly readable: string;
  readonly overrides: Overrides;
  readonly isolation: Isolation;
  readonly signals: Signals;
  /** `null`: files are not watched. */
  readonly watch: ConfigWatch | null;
  /** A worker that was started already. `null`: there is none. */
  readonly early: EarlyWorker | null;
}

/** The parts of a process that serves. */
interface ControlPlane {
  readonly supervisor: Supervisor;
  readonly server: ConfigServer;
  readonly signals: Signals;
  readonly admin: AdminControl;
  readonly board: StatusBoard;
  readonly logger: Logger;
  /** Hears how the service is; `null`: there is none. */
  readonly manager: ServiceManager | null;
  /** Exports by OpenTelemetry; `null`: Deno has that off. */
  readonly exporting: Disposable | null;
}

/**
 * Serves until the first stop signal, then drains.
 *
 * @param config Read with the overrides of the command line.
 * @returns The exit code.
 */
export async function serve(
  config: LoadedConfig,
  options: ServeOptions,
  output: Output,
): Promise<number> {
  const { plan } = config;
  const logger = new Logger({
    ...plan.log,
    write: output.log?.() ?? output.err,
  });
  const failure = Promise.withResolvers<PassthruError>();
  const { isolation, early } = options;
  const makers = await planeMakers(isolation, logger, { early });
  const onFailure = failure.resolve;
  const control = controlPlane(options, { ...makers, logger, onFailure });
  using _defects = surviveDefects(logger);
  try {
    const started = control.server.start(plan, readConfigOf(config));
    const watching = options.watch?.follow(() => control.server.plan);
    control.signals.handle(handlersOf(control));
    await started;
    // If no data plane wanted it.
    early?.[Symbol.dispose]();
    await watching;
    logger.log("info", "ready", { version: VERSION, pid: Deno.pid, isolation });
    control.board.become("ready");
    control.manager?.tell("ready", servingText(control.server));
    return await untilStopped(control, failure.promise);
  } finally {
    // It answers to the last.
    await control.admin.stop();
    control.exporting?.[Symbol.dispose]();
    await control.manager?.told;
    const alone = isolation === "none";
    await logger.end(STOP_FLUSH_MS[alone ? "alone" : "main"]);
  }
}

/** Joins the parts; nothing is served yet. */
function controlPlane(
  options: ServeOptions,
  parts: Omit<SupervisorOptions, "cores">,
): ControlPlane {
  const { file, readable, isolation, signals } = options;
  const { logger } = parts;
  const telemetry = denoTelemetry();
  const reserve = new DescriptorReserve({ file: readable, logger });
  const supervisor = new Supervisor({
    reserve,
    ...parts,
    keeper: socketKeeper(isolation),
    cores: navigator.hardwareConcurrency,
    isCounted: ({ admin }) => admin !== undefined || telemetry !== null,
    isObserved: ({ admin }) => admin !== undefined,
  });
  const board = new StatusBoard();
  const onChange = () => board.changed();
  const admin: AdminControl = new AdminControl({
    file,
    logger,
    source: () => source,
    onScarce: () => reserve.lend(),
  });
  const manager = ServiceManager.find(logger);
  const server: ConfigServer = new ConfigServer({
    ...options,
    supervisor,
    logger,
    admin,
    onChange,
    onReload: (outcome) => tellReload(manager, server, outcome),
    onPlaces: options.watch?.reading,
  });
  const source = new ProcessSource({
    supervisor,
    server,
    board,
    file,
    drain: signals.requestStop,
  });
  const { planes } = supervisor;
  const exporting = telemetry &&
    exportTelemetry(telemetry, { planes, facts: () => source.facts });
  return {
    supervisor,
    server,
    signals,
    admin,
    board,
    logger,
    manager,
    exporting,
  };
}

/** What signals do, once there is something to reload. */
function handlersOf(
  { supervisor, server, board, logger }: ControlPlane,
): SignalHandlers {
  return {
    onReload: () => void server.reload(),
    onLogLevel: () => {
      switchLogLevel(supervisor.planes, logger);
      board.changed();
    },
    onSecondStop: () => {
      const { planes } = supervisor;
      const { connections } = planes;
      logger.log("warn", "closing now", { connections });
      planes.close("drain_deadline");
    },
  };
}

/** Logs everything, or again what the config says. */
function switchLogLevel(planes: Supervisor["planes"], logger: Logger): void {
  planes.setLogLevel(planes.logLevel === "debug" ? null : "debug");
  logger.tell("info", "log level changed", { log_level: logger.level });
}

/** Waits for a stop signal or a failure, then stops. */
async function untilStopped(
  { supervisor, server, signals, board, logger, manager }: ControlPlane,
  failure: Promise<PassthruError>,
): Promise<number> {
  const end = await Promise.race([signals.stop, failure]);
  board.become("draining");
  const failed = end instanceof PassthruError;
  const { drainTimeoutMs } = server.plan;
  const { connections } = supervisor.planes;
  manager?.tell("stopping", `Waiting for ${connections} connections to end`);
  logger.log(failed ? "error" : "info", "stopping", {
    ...(failed ? { error: end.message } : { signal: end }),
    connections,
    drain_seconds: drainTimeoutMs / 1_000,
  });
  const closed = await supervisor.stop(drainTimeoutMs);
  logger.log(closed > 0 ? "warn" : "info", "stopped", { closed });
  return failed ? ExitCode.failed : ExitCode.ok;
}
