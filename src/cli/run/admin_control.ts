/**
 * The admin server of a process, as the config wants it: started, moved, changed
 * and stopped.
 *
 * @module
 */
import { delay } from "@std/async/delay";
import type { AccessRules } from "../../admin/access.ts";
import type { Page } from "../../admin/page/mod.ts";
import type { AdminServer } from "../../admin/server.ts";
import type { AdminSource } from "../../admin/source.ts";
import { isOnLoopback } from "../../config/admin_lint.ts";
import type { AdminPlan } from "../../config/admin_plan.ts";
import { overlaps } from "../../config/address.ts";
import { PassthruError } from "../../errors.ts";
import type { Logger } from "../../observe/log.ts";

/** Pause and number of tries to bind an address that was just given up. */
const RETRY_MS = 10;
const MAX_TRIES = 50;

/** What an {@linkcode AdminControl} needs. */
export interface AdminControlOptions {
  /** The config as given to `-c`: a token's path begins at its folder. */
  readonly file: string;
  readonly logger: Logger;
  /** What is shown; asked for when the first server starts. */
  readonly source: () => AdminSource;
  /** Hears that there are no descriptors for its clients. Default: nobody. */
  readonly onScarce?: () => void;
}

/** A change that was prepared: one of both is to be called. */
export interface AdminChange {
  /** The new Plan is served. */
  commit(): void;
  /** It is not, and all is to be as before. */
  rollBack(): Promise<void>;
}

/** A server with what it was started by. */
interface Running {
  readonly server: AdminServer;
  readonly plan: AdminPlan;
  readonly rules: AccessRules;
}

/** Keeps an admin server as the config says. */
export class AdminControl {
  readonly #options: AdminControlOptions;
  #running: Running | null = null;
  #page: Page | null = null;
  /** Servers that were given up and still answer. */
  readonly #stopping = new Set<Promise<void>>();

  /** Makes a control without a server. */
  constructor(options: AdminControlOptions) {
    this.#options = options;
  }

  /**
   * Does all of a change that can fail: reads the token, and binds the address
   * if it is another one. What is new is served from here on.
   *
   * @throws {PassthruError} `bad_token` or `bind_failed`; all is then as before.
   */
  async prepare(plan: AdminPlan | undefined): Promise<AdminChange> {
    const before = this.#running;
    const rules = plan === undefined ? null : await this.#rulesOf(plan);
    if (plan === undefined || rules === null) {
      return {
        commit: () => this.#become(null),
        rollBack: () => Promise.resolve(),
      };
    }
    if (before !== null && isSame(before.plan, plan)) {
      return {
        commit: () => {
          before.server.allow(rules);
          this.#running = { ...before, plan, rules };
        },
        rollBack: () => Promise.resolve(),
      };
    }
    return await this.#move(plan, rules);
  }

  /** Stops the server; resolves when none answers any more. */
  async stop(): Promise<void> {
    this.#become(null);
    await Promise.all(this.#stopping);
  }

  async #move(plan: AdminPlan, rules: AccessRules): Promise<AdminChange> {
    const before = this.#running;
    // Both cannot be bound at a time.
    const gap = before !== null && overlaps(before.plan.listen, plan.listen);
    if (gap) this.#become(null);
    let running: Running;
    try {
      running = await this.#start(plan, { rules, patient: gap });
    } catch (error) {
      if (gap) await this.#restart(before);
      throw error;
    }
    return {
      commit: () => this.#become(running),
      rollBack: async () => {
        this.#giveUp(running.server);
        if (gap) await this.#restart(before);
      },
    };
  }

  /** @param patient Whether the address was just given up by another one. */
  async #start(
    plan: AdminPlan,
    { rules, patient }: { rules: AccessRules; patient: boolean },
  ): Promise<Running> {
    const { source, logger, onScarce } = this.#options;
    const { AdminServer, pageHtml } = await loadAdmin();
    this.#page ??= pageHtml();
    const server = new AdminServer({
      source: source(),
      page: this.#page,
      logger,
      rules,
      ...(onScarce && { onScarce }),
    });
    for (let tries = 1;; tries++) {
      try {
        server.listen(plan.listen);
        break;
      } catch (error) {
        if (!patient || tries === MAX_TRIES) throw error;
        await delay(RETRY_MS);
      }
    }
    const { address } = server;
    logger.log("info", "admin listening", { address });
    if (!isOnLoopback(plan.listen.hostname) && rules.token === null) {
      logger.log("warn", "admin is not on loopback and has no token", {
        address,
      });
    }
    return { server, plan, rules };
  }

  /** Serves again what was given up for something that failed. */
  async #restart({ plan, rules }: Running): Promise<void> {
    try {
      this.#running = await this.#start(plan, { rules, patient: true });
    } catch (error) {
      const text = error instanceof PassthruError ? error.message : `${error}`;
      this.#options.logger.log("error", "admin is gone", { error: text });
    }
  }

  #become(running: Running | null): void {
    if (this.#running !== null) this.#giveUp(this.#running.server);
    this.#running = running;
  }

  /** Not waited for: it may be answering the call that led here. */
  #giveUp(server: AdminServer): void {
    const stopped = server.stop().finally(() => this.#stopping.delete(stopped));
    this.#stopping.add(stopped);
  }

  async #rulesOf(plan: AdminPlan): Promise<AccessRules> {
    const { hostname } = plan.listen;
    const { file, logger } = this.#options;
    const { readToken, tokenWarning } = await import("../admin_token.ts");
    const token = await readToken(plan, file);
    const warning = await tokenWarning(plan, file);
    if (warning !== null) logger.log("warn", warning);
    return {
      token,
      names: [hostname.toLowerCase().replace(/\.$/, ""), ...plan.hosts],
    };
  }
}

function isSame(a: AdminPlan, b: AdminPlan): boolean {
  return a.listen.hostname === b.listen.hostname &&
    a.listen.port === b.listen.port;
}

/** Who has no admin server need not wait for HTTP. */
async function loadAdmin() {
  const { pageHtml }: typeof import("../../admin/page/mod.ts") = await import(
    new URL("../../admin/page/mod.ts", import.meta.url).href
  );
  const { AdminServer }: typeof import("../../admin/server.ts") = await import(
    new URL("../../admin/server.ts", import.meta.url).href
  );
  return { AdminServer, pageHtml };
}
