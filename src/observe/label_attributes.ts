/**
 * Labels of Prometheus as attributes of OpenTelemetry.
 *
 * @module
 */
import type { Attributes } from "./telemetry.ts";

/** Labels that have a name in OpenTelemetry's semantic conventions. */
const CONVENTIONS: Readonly<Record<string, string>> = { code: "error.type" };

/** The attributes of a series. */
export function labelAttributes(
  names: readonly string[],
  values: readonly string[],
): Attributes {
  return Object.fromEntries(
    names.map((name, at) => [
      CONVENTIONS[name] ?? `passthru.${name}`,
      values[at]!,
    ]),
  );
}
