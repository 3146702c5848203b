/**
 * Serving a config, and another one when the user says so.
 *
 * @module
 */
import { describeChanges } from "../config/changes.ts";
import { formatHostPort } from "../config/address.ts";
import type { Diagnostic, SourceText } from "../config/diagnostics.ts";
import type { Plan } from "../config/plan.ts";
import { PassthruError } from "../errors.ts";
import type { Logger } from "../observe/log.ts";
import type { Supervisor } from "../proxy/supervisor.ts";
import type { Isolation } from "./isolation.ts";
import { applyOverrides, type Overrides } from "./overrides.ts";
import { isEmpty, missingScopes, scopeFlags, scopesOf } from "./permissions.ts";
import { loadFile } from "./read_config.ts";

/** What a {@linkcode ConfigServer} needs. */
export interface ConfigServerOptions {
  readonly supervisor: Supervisor;
  readonly logger: Logger;
  /** The config file as given to `-c`. */
  readonly file: string;
  readonly overrides: Overrides;
  readonly isolation: Isolation;
}

/** Serves the Plan of a config file, and reloads it. */
export class ConfigServer {
  readonly #options: ConfigServerOptions;
  #plan: Plan | null = null;
  #reloading: Promise<void> = Promise.resolve();

  /** Makes a config server that serves nothing yet. */
  constructor(options: ConfigServerOptions) {
    this.#options = options;
  }

  /**
   * The Plan that is served.
   *
   * @throws {TypeError} When none is.
   */
  get plan(): Plan {
    if (this.#plan === null) throw new TypeError("Nothing is served yet");
    return this.#plan;
  }

  /**
   * Serves the first Plan; a reload that is asked for meanwhile waits for it.
   *
   * @throws {PassthruError} As {@linkcode ConfigServer.serve}.
   */
  async start(plan: Plan): Promise<void> {
    const started = this.serve(plan);
    this.#reloading = started.catch(() => {});
    await started;
  }

  /**
   * Serves a Plan in place of the one before.
   *
   * @throws {PassthruError} When a permission is missing, an address cannot be
   * bound or a worker cannot start; what was served before goes on.
   */
  async serve(plan: Plan): Promise<void> {
    const { supervisor, logger, isolation, file } = this.#options;
    checkModules(plan, isolation);
    const missing = missingScopes(scopesOf(plan, file, isolation));
    if (!isEmpty(missing)) {
      throw new PassthruError(
        `Missing permissions: run with ${
          scopeFlags(missing).join(" ")
        } too ("passthru scopes" prints all that a config needs)`,
        { code: "missing_permissions", source: "config" },
      );
    }
    const known = new Set(supervisor.listeners.map(({ text }) => text));
    await supervisor.serve(plan);
    this.#plan = plan;
    logger.configure(plan.log);
    for (const { text, address } of supervisor.listeners) {
      if (known.has(text)) continue;
      logger.log("info", "listening", {
        listener: text,
        address: address.port === 0
          ? text
          : formatHostPort(address.hostname, address.port),
      });
    }
  }

  /**
   * Reads the file again and serves it when it is good; else logs all that is
   * wrong, and the old config goes on. One at a time, in order. Never rejects.
   */
  reload(): Promise<void> {
    return this.#reloading = this.#reloading.then(() => this.#reloadNow());
  }

  async #reloadNow(): Promise<void> {
    const { logger, supervisor } = this.#options;
    try {
      const plan = await this.#readAgain();
      const before = this.plan;
      await this.serve(plan);
      const changes = describeChanges(before, plan);
      logger.log("info", "reloaded", {
        generation: supervisor.generation,
        changes: changes.length === 0 ? "none" : changes.join("; "),
      });
    } catch (error) {
      logger.log("error", "reload failed, the old config goes on", {
        error: error instanceof PassthruError
          ? error.message
          : error instanceof Error
          ? error.stack
          : String(error),
      });
    }
  }

  /** @throws {PassthruError} When there is no good config any more. */
  async #readAgain(): Promise<Plan> {
    const { file, overrides } = this.#options;
    if (file === "-") {
      throw new PassthruError(
        "The config came from standard input and cannot be read again",
        { code: "no_config_file", source: "config" },
      );
    }
    using loaded = await loadFile(file);
    for (const diagnostic of loaded.diagnostics) {
      this.#logDiagnostic(loaded.source, diagnostic);
    }
    if (loaded.plan === null) {
      throw new PassthruError(loaded.problem ?? `${file} has errors`, {
        code: "bad_config",
        source: "config",
      });
    }
    return applyOverrides(loaded.plan, overrides);
  }

  #logDiagnostic(source: SourceText, { severity, message, span }: Diagnostic) {
    const level = severity === "error"
      ? "error"
      : severity === "warning"
      ? "warn"
      : "info";
    this.#options.logger.log(level, "config", {
      place: source.place(span.offset),
      problem: message,
    });
  }
}

/** @throws {PassthruError} When modules would run with all permissions. */
function checkModules({ modules }: Plan, isolation: Isolation): void {
  if (modules.length === 0 || isolation === "worker") return;
  const names = modules.map(({ name }) => `"${name}"`).join(", ");
  throw new PassthruError(
    `Cannot use detector modules (${names}) with --isolation none: ` +
      "nothing would keep them from what this process may do",
    { code: "modules_need_isolation", source: "config" },
  );
}
