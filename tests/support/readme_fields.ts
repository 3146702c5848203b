/** The table of the config's fields in configs/README.md. */
import { aboutField } from "../../src/config/schema_parts.ts";
import { KINDS } from "../../src/config/schema.ts";

/** Where the fields of a kind stand, for kinds that are no field's name. */
const PLACES: Readonly<Record<string, string>> = {
  config: "top",
  options: "`options`, `defaults`",
  detector: "a detector",
  FORWARD: "action",
  REJECT: "action",
};

/** Fields that say the same of themselves stand in one row. */
export function fieldTable(): string {
  const rows = new Map<string, Set<string>>();
  for (const [kind, entries] of Object.entries(KINDS)) {
    for (const [field, schema] of Object.entries(entries)) {
      const { description, default: value } = aboutField(schema);
      const row = [
        `\`${field}\``,
        description,
        value === undefined ? "" : `\`${JSON.stringify(value)}\``,
      ].join(" | ");
      const places = rows.get(row) ?? new Set();
      rows.set(row, places.add(PLACES[kind] ?? `\`${kind}\``));
    }
  }
  return table([
    ["Field", "What it is for", "Default", "Where"],
    ["---", "---", "---", "---"],
    ...[...rows].map(([row, places]) => [row, [...places].join(", ")]),
  ]);
}

function table(rows: readonly (readonly string[])[]): string {
  return rows.map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}
