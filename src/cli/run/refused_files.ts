/**
 * Files with bounds that are refused, as the process that serves tells of them.
 *
 * @module
 */
import type { RefusedConfigFile } from "../../admin/api.ts";
import type { Plan } from "../../config/plan.ts";
import type { Logger } from "../../observe/log.ts";
import type { ConfigPlaces } from "../config_places.ts";
import { applyOverrides, type Overrides } from "../overrides.ts";
import {
  isEmpty,
  missingScopes,
  scopeFlags,
  scopesOf,
} from "../permissions.ts";

/** What the permissions of a process depend on beside the config. */
export interface ProcessContext {
  /** The config file as given to `-c`. */
  readonly file: string;
  readonly overrides: Overrides;
}

/** Says which permissions the process lacks to serve a Plan; `null`: none. */
export function lacksOf(
  { file, overrides }: ProcessContext,
): (plan: Plan, places: ConfigPlaces) => Promise<string | null> {
  return async (plan, places) => {
    const served = applyOverrides(plan, overrides);
    const missing = missingScopes(
      await scopesOf(served, { file, places }),
    );
    return isEmpty(missing)
      ? null
      : `Missing permissions: ${scopeFlags(missing).join(" ")}`;
  };
}

/** Logs each refused file with the first error. */
export function logRefused(
  logger: Logger,
  refused: readonly RefusedConfigFile[],
): void {
  for (const { file, in_use, errors, notes } of refused) {
    const [first] = notes;
    logger.log("error", "included file refused", {
      file,
      in_use,
      errors,
      place: first?.place ?? "",
      problem: first?.message ?? "",
    });
  }
}
