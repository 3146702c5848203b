/**
 * What the service manager is told of a process that serves.
 *
 * @module
 */
import type { ReloadOutcome } from "../../admin/source.ts";
import type { ConfigServer } from "./reload.ts";
import type { ServiceManager } from "./service_manager.ts";

/** Tells of a reload. @param outcome `null`: it begins. */
export function tellReload(
  manager: ServiceManager | null,
  server: ConfigServer,
  outcome: ReloadOutcome | null,
): void {
  if (outcome === null) manager?.tell("reloading", "Reloading");
  else if (outcome.ok) manager?.tell("ready", servingText(server));
  else {
    const status =
      `Reload failed, the old config stays in use: ${outcome.error}`;
    manager?.tell("ready", status);
  }
}

/** What is served, in a few words. */
export function servingText({ plan: { listeners } }: ConfigServer): string {
  return `Serving ${listeners.map(({ address }) => address.text).join(", ")}`;
}
