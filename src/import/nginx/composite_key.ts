/**
 * Keys of a map whose source has several variables: `"$a:$b"`.
 *
 * @module
 */
import type { Part, Raw } from "./cases.ts";
import {
  type KeyConditions,
  keyConditions,
  type MapEntry,
} from "./map_keys.ts";

/** The conditions of a key of several variables with texts between them. */
export function compositeConditions(
  parts: readonly Part[],
  entry: MapEntry,
): KeyConditions {
  if (entry.kind !== "exact") {
    return { ok: false, problem: "it is no plain text of several variables" };
  }
  if (parts.some((part) => typeof part === "object" && "unknown" in part)) {
    return { ok: false, problem: "a variable of the map is not known" };
  }
  const pattern = parts.map((part) =>
    typeof part === "string"
      ? RegExp.escape(part.toLowerCase())
      : "raw" in part && part.raw === "protocol"
      ? "((?:tlsv1(?:\\.[123])?|sslv3)?)"
      : "([^:|/ ;]*)"
  ).join("");
  const found = new RegExp(`^${pattern}$`).exec(entry.key);
  if (found === null) return { ok: "never" };
  const raws = parts.filter((part) => typeof part === "object");
  const all = raws.map((part, index) => {
    const key = found[index + 1]!;
    return keyConditions((part as { raw: Raw }).raw, { ...entry, key });
  });
  const bad = all.find(({ ok }) => ok !== true);
  if (bad !== undefined) return bad;
  const good = all.filter((one) => one.ok === true);
  const note = good.find((one) => one.note !== undefined)?.note;
  return {
    ok: true,
    conditions: good.flatMap(({ conditions }) => conditions),
    ...(note === undefined ? {} : { note }),
  };
}
