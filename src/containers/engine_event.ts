/**
 * Events of a container engine: which container is to be looked at.
 *
 * @module
 */
import { hasOwnLabel, isContainerId, objectOf } from "./container.ts";

/** Something happened that may change a container's routes. */
export interface EngineEvent {
  readonly id: string;
  /**
   * Whether its labels are for passthru; `null`: the event does not have them.
   */
  readonly labelled: boolean | null;
}

/**
 * What changes routes. Podman says `sync` whenever somebody lists the containers,
 * and `exec_died` when a health check has ended; Docker says `exec_die` at each of
 * its checks and `health_status: healthy` at a change.
 */
const ACTIONS = new Set(
  "start restart stop kill die died oom pause unpause rename update remove destroy exec_died connect disconnect"
    .split(" "),
);

/**
 * Reads a line of `GET /events`.
 *
 * @returns `null`: it is about nothing that matters here.
 */
export function readEvent(line: string): EngineEvent | null {
  const event = parse(line);
  const type = event["Type"];
  const action = String(event["Action"] ?? "");
  const known = ACTIONS.has(action) || action.startsWith("health_status");
  if (!known || (type !== "container" && type !== "network")) return null;
  const actor = objectOf(event["Actor"]);
  const attributes = objectOf(actor["Attributes"]);
  // Docker's event of a network names the container beside it, Podman's is it.
  const id = type === "network" && isContainerId(attributes["container"])
    ? attributes["container"]
    : actor["ID"];
  if (!isContainerId(id)) return null;
  return { id, labelled: type === "network" ? null : hasOwnLabel(attributes) };
}

function parse(line: string): Record<string, unknown> {
  try {
    return objectOf(JSON.parse(line));
  } catch {
    return {};
  }
}
