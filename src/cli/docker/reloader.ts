/**
 * Asking the passthru that serves to reload.
 *
 * @module
 */
import { resolve } from "node:path";
import { delay } from "@std/async/delay";
import type { ReloadAnswer } from "../../admin/api.ts";
import { AdminClient } from "../../admin/client.ts";
import type { ReloadOutcome } from "../../admin/source.ts";
import { errorText } from "../../errors.ts";
import type { Logger } from "../../observe/log.ts";
import { adminOfConfig } from "../admin_of_config.ts";
import { type AdminPlace, adminPlace } from "../admin_place.ts";

/** Longest wait for the outcome, in milliseconds: the server's own, and more. */
const TIMEOUT_MS = 35_000;
/** Waits before it is asked again when nobody answers, in milliseconds. */
const FIRST_RETRY_MS = 1_000;
const LAST_RETRY_MS = 30_000;

/** Options of {@linkcode Reloader}. */
export interface ReloaderOptions {
  /** Those of the command line: `config`, `admin`, `token-file`. */
  readonly values: ReadonlyMap<string, string>;
  readonly logger: Logger;
  /**
   * Whether the file that is there may not be in use: a process that ended after
   * it had written the file has asked for no reload.
   */
  readonly isOwed: boolean;
}

/** Asks for reloads, where there is an admin server to ask. */
export class Reloader {
  readonly #options: ReloaderOptions;
  readonly #stopped = new AbortController();
  #retrying: Promise<void> | null = null;
  #isTold = false;
  #isOwed: boolean;

  /** Asks for nothing yet. */
  constructor(options: ReloaderOptions) {
    this.#options = options;
    this.#isOwed = options.isOwed;
  }

  /** Whether no reload has succeeded since the last one was wanted. */
  get isOwed(): boolean {
    return this.#isOwed && this.#retrying === null;
  }

  /**
   * Whether there is an admin server to ask. Without one, whoever serves has to
   * notice the new file.
   */
  async isPossible(): Promise<boolean> {
    const { values } = this.#options;
    if (values.has("admin")) return true;
    const configured = await adminOfConfig(values.get("config")!);
    return typeof configured !== "string";
  }

  /**
   * Asks for a reload. When nobody answers it is asked again, until somebody does:
   * a passthru that starts meanwhile reads the file anyhow.
   *
   * @returns Whether the routes are in use, or nobody can be asked.
   */
  async reload(): Promise<boolean> {
    this.#isOwed = await this.isPossible();
    if (!this.#isOwed) return true;
    const outcome = await this.#ask();
    if (outcome === "no answer") this.#retrying ??= this.#retry();
    return outcome === "done";
  }

  /** Stops asking. Resolves when nothing is under way. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#retrying;
  }

  async #retry(): Promise<void> {
    const { signal } = this.#stopped;
    let wait = FIRST_RETRY_MS;
    do {
      await delay(wait, { signal }).catch(() => {});
      wait = Math.min(wait * 2, LAST_RETRY_MS);
    } while (!signal.aborted && await this.#ask() === "no answer");
    this.#retrying = null;
  }

  /** Tells of refused files. @returns Whether the own one is among them. */
  #tellRefused({ refused = [] }: Partial<ReloadAnswer>): boolean {
    const { logger, values } = this.#options;
    for (const { file, in_use, notes: [first] } of refused) {
      const error = first ? `${first.place}: ${first.message}` : "";
      logger.log("error", "file refused", { file, in_use, error });
    }
    const own = resolve(values.get("out") ?? "");
    return refused.some(({ file }) => resolve(file) === own);
  }

  async #reloadAt(place: AdminPlace): Promise<ReloadOutcome> {
    const { signal } = this.#stopped;
    signal.throwIfAborted();
    using client = new AdminClient({ ...place, timeoutMs: TIMEOUT_MS });
    const close = () => client[Symbol.dispose]();
    signal.addEventListener("abort", close);
    try {
      return await client.reload();
    } finally {
      signal.removeEventListener("abort", close);
    }
  }

  async #ask(): Promise<"done" | "refused" | "no answer"> {
    const { logger, values } = this.#options;
    const begun = performance.now();
    try {
      const place = await adminPlace(values);
      if (typeof place === "string") throw new Error(place);
      const outcome = await this.#reloadAt(place);
      this.#isTold = false;
      const reload_ms = Math.round(performance.now() - begun);
      if (!outcome.ok) {
        const { error } = outcome;
        logger.log("error", "reload refused", { admin: place.host, error });
        return "refused";
      }
      this.#isOwed = false;
      const { generation } = outcome.answer;
      logger.log("info", "reloaded", {
        admin: place.host,
        generation,
        reload_ms,
      });
      return this.#tellRefused(outcome.answer) ? "refused" : "done";
    } catch (error) {
      if (!this.#isTold && !this.#stopped.signal.aborted) {
        const text = errorText(error);
        logger.log("warn", "cannot ask for a reload", { error: text });
      }
      this.#isTold = true;
      return "no answer";
    }
  }
}
