/** What a config says of the routes of containers, for tests. */
import { assert } from "@std/assert";
import { RouteJudge } from "../../src/config/include/judge.ts";
import { ConfigDocuments } from "../../src/config/load.ts";
import { RoutePicker } from "../../src/containers/route_picker.ts";
import { ALL_DETECTORS } from "./all_detectors.ts";

/** What a test's config has. */
export interface PickerSpec {
  /** Default: one server `:443` without a rule. */
  readonly servers?: Readonly<Record<string, unknown>>;
  /** What of them containers may use. Default: all. */
  readonly listeners?: readonly string[];
  /** Default: `10.88.0.0/16`. */
  readonly to?: readonly string[];
  readonly names?: readonly string[];
}

/** A picker of a config that includes a file for containers. */
export function pickerOf(
  { servers = { ":443": {} }, to = ["10.88.0.0/16"], ...within }: PickerSpec =
    {},
): RoutePicker {
  const listeners = within.listeners ?? Object.keys(servers);
  const config = {
    version: "v1.0.0",
    servers,
    include: [
      { files: "docker.jsonc", within: { ...within, listeners, to } },
    ],
  };
  const bytes = new TextEncoder().encode(JSON.stringify(config));
  const documents = new ConfigDocuments("cfg.jsonc", bytes);
  const entry = documents.entries[0]!;
  documents.add(entry, []);
  const judge = RouteJudge.of(documents, ALL_DETECTORS, { entry });
  assert(judge instanceof RouteJudge, JSON.stringify(judge));
  return new RoutePicker(judge);
}
