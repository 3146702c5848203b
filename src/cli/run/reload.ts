/**
 * Serving a config, and another one when the user says so.
 *
 * @module
 */
import type { ConfigNote } from "../../admin/api.ts";
import type { ReloadOutcome } from "../../admin/source.ts";
import { formatHostPort } from "../../config/address.ts";
import { describeChanges } from "../../config/changes.ts";
import type { Plan } from "../../config/plan.ts";
import type { Supervisor } from "../../control/supervisor.ts";
import { PassthruError } from "../../errors.ts";
import type { Logger } from "../../observe/log.ts";
import type { AdminControl } from "./admin_control.ts";
import { missingPermissions } from "./missing_permissions.ts";
import { ConfigHistory, type ReadConfig } from "./config_history.ts";
import { logNotes, readConfigOf } from "./config_notes.ts";
import type { Isolation } from "../isolation.ts";
import { applyOverrides, type Overrides } from "../overrides.ts";
import { isEmpty, missingScopes, scopesOf } from "../permissions.ts";
import { loadFile, type ReadOptions } from "../load_file.ts";
import { lacksOf, logRefused } from "./refused_files.ts";

/** What a {@linkcode ConfigServer} needs. */
export interface ConfigServerOptions {
  readonly supervisor: Supervisor;
  readonly logger: Logger;
  /** The config file as given to `-c`. */
  readonly file: string;
  readonly overrides: Overrides;
  readonly isolation: Isolation;
  /** Follows what the config says of `admin`. */
  readonly admin: AdminControl;
  /** Hears that another Plan is served. */
  readonly onChange: () => void;
  /** Hears that a reload begins (`null`), and how it ended. */
  readonly onReload?: (outcome: ReloadOutcome | null) => void;
  /** As {@linkcode ReadOptions} has it. */
  readonly onPlaces?: ReadOptions["onPlaces"];
}

/** A Plan with the config that it was made from. */
interface PlanRead {
  readonly plan: Plan;
  readonly config: ReadConfig;
}

/** Serves the Plan of a config file, and reloads it. */
export class ConfigServer {
  readonly #options: ConfigServerOptions;
  /** What is remembered of configs and reloads. */
  readonly history: ConfigHistory = new ConfigHistory();
  #plan: Plan | null = null;
  #reloading: Promise<unknown> = Promise.resolve();

  /** Makes a config server that serves nothing yet. */
  constructor(options: ConfigServerOptions) {
    this.#options = options;
  }

  /**
   * The Plan that is served, or about to be at the start.
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
  async start(plan: Plan, config: ReadConfig): Promise<void> {
    // The admin API shows it while it starts.
    this.#plan = plan;
    this.history.serving(config);
    logRefused(this.#options.logger, config.refused);
    const started = this.serve(plan, config);
    this.#reloading = started.catch(() => {});
    await started;
  }

  /**
   * Serves a Plan in place of the one before. The admin address is bound first.
   *
   * @param config What the Plan was made from.
   * @throws {PassthruError} When a permission is missing, an address cannot be
   * bound, the admin token cannot be used or a worker cannot start; what was
   * served before goes on.
   */
  async serve(plan: Plan, config: ReadConfig): Promise<void> {
    const { supervisor, logger, isolation, file, admin } = this.#options;
    checkModules(plan, isolation);
    const { places } = config;
    const needed = await scopesOf(plan, { file, places });
    const missing = missingScopes(needed);
    if (!isEmpty(missing)) {
      throw missingPermissions(missing, {
        file,
        running: supervisor.generation > 0,
      });
    }
    const known = new Set(supervisor.listeners.map(({ text }) => text));
    try {
      const change = await admin.prepare(plan.admin);
      try {
        await supervisor.serve(plan);
      } catch (error) {
        await change.rollBack();
        throw error;
      }
      change.commit();
    } catch (error) {
      const { namingHolders } = await import("./port_holder.ts");
      throw await namingHolders(error, {
        own: supervisor.listeners.map(({ address }) => address),
        admin: plan.admin,
      });
    }
    this.#plan = plan;
    this.history.serving(config);
    this.#options.onChange();
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
   * Reads the file again and serves it when it is good and says something else;
   * when it is bad, logs all that is wrong, and the old config stays in use. One at a
   * time, in order. Never rejects.
   */
  reload(): Promise<ReloadOutcome> {
    const { onReload } = this.#options;
    const reloaded = this.#reloading.then(async () => {
      onReload?.(null);
      const outcome = await this.#reloadNow();
      onReload?.(outcome);
      return outcome;
    });
    this.#reloading = reloaded;
    return reloaded;
  }

  async #reloadNow(): Promise<ReloadOutcome> {
    const { logger, supervisor } = this.#options;
    let notes: readonly ConfigNote[] = [];
    let outcome: ReloadOutcome;
    try {
      const read = await this.#readAgain((found) => notes = found);
      const { refused } = read.config;
      const before = this.plan;
      if (isSame(before, read.plan)) await this.#keep(read);
      else await this.serve(read.plan, read.config);
      const changes = describeChanges(before, read.plan);
      const { generation } = supervisor;
      outcome = { ok: true, answer: { generation, changes, notes, refused } };
      logRefused(logger, refused);
      logger.log("info", "reloaded", {
        generation,
        changes: changes.length === 0 ? "none" : changes.join("; "),
      });
    } catch (error) {
      const expected = error instanceof PassthruError;
      const text = error instanceof Error ? error.message : String(error);
      outcome = { ok: false, error: text, notes };
      logger.log("error", "reload failed, the old config stays in use", {
        error: !expected && error instanceof Error ? error.stack : text,
      });
    }
    this.history.reloaded(outcome, notes);
    return outcome;
  }

  /**
   * Nothing that concerns connections has changed, so they are left alone. The
   * admin token may be another one, and the text of the config, too.
   */
  async #keep({ plan, config }: PlanRead): Promise<void> {
    const change = await this.#options.admin.prepare(plan.admin);
    change.commit();
    this.history.serving(config);
    this.#options.onChange();
  }

  /**
   * @param onNotes Gets what was found about the config, good or bad.
   * @throws {PassthruError} When there is no good config any more.
   */
  async #readAgain(
    onNotes: (notes: readonly ConfigNote[]) => void,
  ): Promise<PlanRead> {
    const { file, overrides, onPlaces } = this.#options;
    if (file === "-") {
      throw new PassthruError(
        "The config came from standard input and cannot be read again",
        { code: "no_config_file", source: "config" },
      );
    }
    using loaded = await loadFile(file, {
      named: true,
      onPlaces,
      served: this.history.texts,
      lacks: lacksOf(this.#options),
    });
    const config = readConfigOf(loaded);
    const { notes } = config;
    onNotes(notes);
    logNotes(this.#options.logger, notes);
    if (loaded.plan === null) {
      throw new PassthruError(loaded.problem ?? `${file} has errors`, {
        code: "bad_config",
        source: "config",
      });
    }
    return { plan: applyOverrides(loaded.plan, overrides), config };
  }
}

/** Whether two Plans, which are plain data, say the same. */
function isSame(a: Plan, b: Plan): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** @throws {PassthruError} When modules would run with all permissions. */
function checkModules({ modules }: Plan, isolation: Isolation): void {
  if (modules.length === 0 || isolation === "worker") return;
  const names = modules.map(({ name }) => `"${name}"`).join(", ");
  throw new PassthruError(
    `Cannot use detector modules (${names}) with --isolation none: ` +
      "they would have all permissions of this process",
    { code: "modules_need_isolation", source: "config" },
  );
}
