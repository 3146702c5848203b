/**
 * What `passthru docker` does.
 *
 * @module
 */
import { resolve } from "node:path";
import { includeText } from "../../containers/include_text.ts";
import { ContainerWatcher } from "../../containers/watcher.ts";
import { errorText, PassthruError } from "../../errors.ts";
import { escapeUnprintable, Logger } from "../../observe/log.ts";
import { STOP_FLUSH_MS } from "../../observe/stderr.ts";
import type { ParsedArguments } from "../command.ts";
import { ExitCode } from "../exit_code.ts";
import type { Output } from "../output.ts";
import { parseOverrides } from "../overrides.ts";
import {
  isEmpty,
  missingScopes,
  scopeFlags,
  type Scopes,
} from "../permissions.ts";
import { FileWatch } from "../run/file_watch.ts";
import { stopsOnHangup } from "../run/hangup.ts";
import { notBuiltIn } from "../run/missing_permissions.ts";
import { ServiceManager } from "../run/service_manager.ts";
import { listenForSignals } from "../run/signals.ts";
import { sourcesFolder } from "../scopes/scopes.ts";
import { VERSION } from "../version.ts";
import { type DockerOptions, dockerOptions } from "./docker_options.ts";
import { dockerScopes } from "./docker_scopes.ts";
import { dockerUnit, unitWarnings } from "./docker_unit.ts";
import { lockOut, readOut, replaceOut } from "./out_file.ts";
import { Publisher } from "./publisher.ts";
import { Reloader } from "./reloader.ts";
import { RouteConfig } from "./route_config.ts";

/** The parts of the process. */
interface Parts {
  readonly options: DockerOptions;
  readonly config: RouteConfig;
  readonly watcher: ContainerWatcher;
  readonly publisher: Publisher;
  readonly reloader: Reloader;
  readonly logger: Logger;
}

/**
 * Runs the command.
 *
 * @returns The exit code.
 * @throws {PassthruError} `missing_permissions`, or it failed for a reason that
 * its message tells.
 */
export async function runDocker(
  { values }: ParsedArguments,
  output: Output,
): Promise<number> {
  const options = dockerOptions(values);
  const { level = "info", format = "text", color, journal } =
    await parseOverrides(values);
  const needed = await dockerScopes(options, values);
  if (values.has("scopes")) {
    output.out(scopeFlags(needed).join(" ") + "\n");
    return ExitCode.ok;
  }
  if (values.has("systemd")) {
    const sources = Deno.build.standalone ? null : sourcesFolder();
    output.out(dockerUnit({ ...options, needed, sources }));
    for (const warning of unitWarnings(options)) {
      output.err(`warning: ${escapeUnprintable(warning)}\n`);
    }
    return ExitCode.ok;
  }
  const missing = missingScopes(needed);
  if (!isEmpty(missing)) throw missingPermissions(missing);
  const write = output.log?.() ?? output.err;
  const logger = new Logger({ level, format, color, journal, write });
  try {
    const config = new RouteConfig(options.config, options.out);
    const picker = await config.picker();
    if (typeof picker === "string") {
      output.err(`${picker}\n`);
      return ExitCode.config;
    }
    using _lock = await ownOut(options.out);
    await beginFile(options.out);
    const isOwed = !values.has("once");
    const reloader = new Reloader({ values, logger, isOwed });
    if (!await reloader.isPossible()) {
      logger.log("info", "no admin address: passthru must run with --watch");
    }
    const watcher: ContainerWatcher = new ContainerWatcher({
      socket: options.socket,
      logger,
      onChange: () => publisher.ask(),
    });
    const publisher: Publisher = new Publisher({
      config,
      out: options.out,
      containers: () => watcher.containers,
      reloader,
      logger,
    });
    const parts = { options, config, watcher, publisher, reloader, logger };
    return values.has("once") ? await runOnce(parts) : await watch(parts);
  } finally {
    await logger.end(STOP_FLUSH_MS.main);
  }
}

/** Writes the file for the containers that there are now. */
async function runOnce(
  { watcher, publisher, reloader }: Parts,
): Promise<number> {
  try {
    await watcher.lookOnce();
    return await publisher.publish() === "failed"
      ? ExitCode.failed
      : ExitCode.ok;
  } finally {
    await reloader.stop();
  }
}

/** Watches until a signal says stop. */
async function watch(parts: Parts): Promise<number> {
  const { options, config, watcher, publisher, reloader, logger } = parts;
  const signals = listenForSignals({ hangupStops: stopsOnHangup() });
  const stopped = new AbortController();
  const files = new FileWatch({
    files: () => config.files,
    // What is known of no containers would empty the file.
    onChange: () => watcher.isKnown && publisher.ask(),
  });
  const manager = ServiceManager.find(logger);
  try {
    await files.start();
    const { socket, out } = options;
    logger.log("info", "ready", {
      version: VERSION,
      pid: Deno.pid,
      socket,
      file: out,
    });
    manager?.tell("ready", `Watching ${socket}`);
    const running = [
      watcher.run(stopped.signal),
      publisher.run(stopped.signal),
    ];
    signals.handle({
      onReload: () => watcher.isKnown && publisher.ask(),
      onLogLevel: () =>
        logger.setLevel(logger.level === "debug" ? null : "debug"),
      onSecondStop: () => {},
    });
    const signal = await Promise.race([signals.stop, ...running]);
    logger.log("info", "stopped", { signal: signal ?? "" });
    manager?.tell("stopping", "Stopping");
    stopped.abort();
    await reloader.stop();
    await Promise.all(running);
    return ExitCode.ok;
  } finally {
    stopped.abort();
    files.stop();
    signals.dispose();
    await manager?.told;
  }
}

/** Makes the file if there is none: a config that names it needs it to start. */
async function beginFile(out: string): Promise<void> {
  try {
    if (await readOut(out) !== null) return;
    await replaceOut(out, includeText([]).text);
  } catch (error) {
    throw cannotWrite(out, error);
  }
}

/**
 * Two that write one file would undo each other's routes again and again.
 *
 * @returns Dispose of it to let another process have the file.
 */
async function ownOut(out: string): Promise<Disposable> {
  let lock: Disposable | null;
  try {
    lock = await lockOut(out);
  } catch (error) {
    throw cannotWrite(out, error);
  }
  if (lock !== null) return lock;
  throw new PassthruError(
    `Cannot write "${
      resolve(out)
    }": another passthru docker does, expected a file of its own for each`,
    { code: "out_file", source: "config" },
  );
}

function cannotWrite(out: string, error: unknown): PassthruError {
  return new PassthruError(
    `Cannot write "${resolve(out)}": ${errorText(error)}`,
    { code: "out_file", source: "config", cause: error },
  );
}

function missingPermissions(missing: Scopes): PassthruError {
  if (Deno.build.standalone) return notBuiltIn(missing);
  return new PassthruError(
    `Missing permissions: run with ${
      scopeFlags(missing).join(" ")
    } too ("passthru docker --scopes" prints all that it needs)`,
    { code: "missing_permissions", source: "config" },
  );
}
