/**
 * `passthru run`: serve connections until a signal says stop.
 *
 * @module
 */
import type { Plan } from "../config/plan.ts";
import { PassthruError } from "../errors.ts";
import { Logger } from "../observe/log.ts";
import { Supervisor } from "../proxy/supervisor.ts";
import { ExitCode } from "./exit_code.ts";
import { VERSION } from "./help.ts";
import { type Isolation, isolationOf, planeMaker } from "./isolation.ts";
import type { ParsedArguments } from "./options.ts";
import type { Output } from "./output.ts";
import { applyOverrides, type Overrides, parseOverrides } from "./overrides.ts";
import { readConfig } from "./read_config.ts";
import { ConfigServer } from "./reload.ts";
import { listenForSignals } from "./signals.ts";

/** Runs the command. @returns The exit code. */
export async function run(
  { values }: ParsedArguments,
  output: Output,
): Promise<number> {
  const overrides = parseOverrides(values);
  const isolation = isolationOf(values.get("isolation"));
  const config = await readConfig(values.get("config"), output);
  if (config === null) return ExitCode.config;
  config[Symbol.dispose]();
  const file = values.get("config")!;
  return await serve(config.plan, { file, overrides, isolation }, output);
}

/** What serving depends on beside the config. */
interface RunOptions {
  readonly file: string;
  readonly overrides: Overrides;
  readonly isolation: Isolation;
}

/** Serves until the first stop signal, then drains. */
async function serve(
  config: Plan,
  options: RunOptions,
  output: Output,
): Promise<number> {
  const plan = applyOverrides(config, options.overrides);
  const logger = new Logger({ ...plan.log, write: output.err });
  const failure = Promise.withResolvers<PassthruError>();
  const supervisor = new Supervisor({
    makePlane: planeMaker(options.isolation, logger),
    logger,
    cores: navigator.hardwareConcurrency,
    onFailure: failure.resolve,
  });
  const server = new ConfigServer({ ...options, supervisor, logger });
  const signals = listenForSignals({
    onReload: () => void server.reload(),
    onSecondStop: () => {
      const { connections } = supervisor;
      logger.log("warn", "closing now", { connections });
      supervisor.close("drain_deadline");
    },
  });
  try {
    await server.start(plan);
    const { isolation } = options;
    logger.log("info", "ready", { version: VERSION, pid: Deno.pid, isolation });
    return await untilStopped(supervisor, server, logger, {
      stop: signals.stop,
      failure: failure.promise,
    });
  } finally {
    signals.dispose();
    logger.flush();
  }
}

/** Waits for a stop signal or a failure, then stops. */
async function untilStopped(
  supervisor: Supervisor,
  server: ConfigServer,
  logger: Logger,
  ends: { stop: Promise<string>; failure: Promise<PassthruError> },
): Promise<number> {
  const end = await Promise.race([ends.stop, ends.failure]);
  const failed = end instanceof PassthruError;
  const { drainTimeoutMs } = server.plan;
  logger.log(failed ? "error" : "info", "stopping", {
    ...(failed ? { error: end.message } : { signal: end }),
    connections: supervisor.connections,
    drain_seconds: drainTimeoutMs / 1_000,
  });
  const closed = await supervisor.stop(drainTimeoutMs);
  logger.log(closed > 0 ? "warn" : "info", "stopped", { closed });
  return failed ? ExitCode.failed : ExitCode.ok;
}
