/**
 * `passthru run`: serve connections until a signal says stop.
 *
 * @module
 */
import { formatHostPort } from "../config/address.ts";
import { didYouMean, orList } from "../config/diagnostics.ts";
import type { Plan } from "../config/plan.ts";
import { parseDuration } from "../config/units.ts";
import { PassthruError } from "../errors.ts";
import { logReport } from "../observe/connection_log.ts";
import {
  LOG_FORMATS,
  LOG_LEVELS,
  type LogFormat,
  Logger,
  type LogLevel,
} from "../observe/log.ts";
import { Server } from "../proxy/server.ts";
import { ExitCode } from "./exit_code.ts";
import { VERSION } from "./help.ts";
import { type ParsedArguments, UsageError } from "./options.ts";
import type { Output } from "./output.ts";
import { readConfig } from "./read_config.ts";

const STOP_SIGNALS = ["SIGTERM", "SIGINT"] as const;

/** What the command line says about the plan. */
interface Overrides {
  readonly workers: number | undefined;
  readonly detectTimeoutMs: number | undefined;
  readonly drainTimeoutMs: number | undefined;
  readonly level: LogLevel | undefined;
  readonly format: LogFormat | undefined;
}

/** Runs the command. @returns The exit code. */
export async function run(
  { values }: ParsedArguments,
  output: Output,
): Promise<number> {
  const overrides = parseOverrides(values);
  const config = await readConfig(values.get("config"), output);
  if (config === null) return ExitCode.config;
  const plan = applyOverrides(config.plan, overrides);
  const logger = new Logger({ ...plan.log, write: output.err });
  try {
    const server = new Server(plan, {
      registry: config.registry,
      logger,
      onReport: (report) => logReport(logger, report),
    });
    await serve(server, plan, logger);
    return ExitCode.ok;
  } catch (error) {
    if (!(error instanceof PassthruError)) throw error;
    output.err(`${error.message}\n`);
    return ExitCode.failed;
  } finally {
    logger.flush();
  }
}

/** Serves until the first stop signal, then drains. */
async function serve(
  server: Server,
  plan: Plan,
  logger: Logger,
): Promise<void> {
  const stop = stopSignal(() => {
    logger.log("warn", "closing now", { connections: server.connections });
    server.close("drain_deadline");
  });
  server.start();
  for (const { text, address } of server.listeners) {
    logger.log("info", "listening", {
      listener: text,
      address: formatHostPort(address.hostname, address.port),
    });
  }
  logger.log("info", "ready", { version: VERSION, pid: Deno.pid });
  const signal = await stop.first;
  logger.log("info", "stopping", {
    signal,
    connections: server.connections,
    drain_seconds: plan.drainTimeoutMs / 1_000,
  });
  const closed = await server.stop(plan.drainTimeoutMs);
  stop.dispose();
  logger.log(closed > 0 ? "warn" : "info", "stopped", { closed });
}

/**
 * Listens for stop signals.
 *
 * @param onSecond Hears of every signal after the first.
 */
function stopSignal(onSecond: () => void) {
  const { promise, resolve } = Promise.withResolvers<string>();
  let count = 0;
  const handlers = STOP_SIGNALS.map((signal) => {
    const handler = () => ++count === 1 ? resolve(signal) : onSecond();
    Deno.addSignalListener(signal, handler);
    return () => Deno.removeSignalListener(signal, handler);
  });
  return {
    first: promise,
    dispose: () => handlers.forEach((remove) => remove()),
  };
}

function applyOverrides(plan: Plan, overrides: Overrides): Plan {
  const { detectTimeoutMs } = overrides;
  return {
    ...plan,
    workers: overrides.workers ?? plan.workers,
    drainTimeoutMs: overrides.drainTimeoutMs ?? plan.drainTimeoutMs,
    log: {
      level: overrides.level ?? plan.log.level,
      format: overrides.format ?? plan.log.format,
    },
    listeners: plan.listeners.map((listener) => ({
      ...listener,
      detectTimeoutMs: detectTimeoutMs ?? listener.detectTimeoutMs,
    })),
  };
}

/** @throws {UsageError} With all values that are wrong. */
function parseOverrides(values: ReadonlyMap<string, string>): Overrides {
  const problems: string[] = [];
  const overrides = {
    workers: workersOf(values.get("workers"), problems),
    detectTimeoutMs: durationOf(values, "detect-timeout", 1, problems),
    drainTimeoutMs: durationOf(values, "drain-timeout", 0, problems),
    level: wordOf(values, "log-level", LOG_LEVELS, problems),
    format: wordOf(values, "log-format", LOG_FORMATS, problems),
  };
  if (problems.length > 0) throw new UsageError(problems);
  return overrides;
}

function workersOf(
  text: string | undefined,
  problems: string[],
): number | undefined {
  if (text === undefined) return undefined;
  const workers = Number(text);
  if (/^\d+$/.test(text) && workers <= 1024) return workers;
  problems.push(
    `Invalid value of "--workers": found "${text}", expected a whole number from 0 to 1024`,
  );
  return undefined;
}

/** A duration; a bare number is in seconds, as the original has it. */
function durationOf(
  values: ReadonlyMap<string, string>,
  name: string,
  leastMs: number,
  problems: string[],
): number | undefined {
  const text = values.get(name);
  if (text === undefined) return undefined;
  const ms = parseDuration(/^[\d.]+$/.test(text) ? `${text}s` : text);
  if (ms !== null && ms >= leastMs) return ms;
  problems.push(
    `Invalid value of "--${name}": found "${text}", expected a duration such as "5", "5s" or "750ms"`,
  );
  return undefined;
}

function wordOf<T extends string>(
  values: ReadonlyMap<string, string>,
  name: string,
  words: readonly T[],
  problems: string[],
): T | undefined {
  const text = values.get(name);
  const word = words.find((known) => known === text);
  if (text !== undefined && word === undefined) {
    problems.push(
      `Invalid value of "--${name}": found "${text}", expected ${
        orList(words)
      }${didYouMean(text, words)}`,
    );
  }
  return word;
}
