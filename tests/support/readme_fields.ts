/** The field tables of configs/README.md: one for each object of the config. */
import { aboutField, type FieldAbout } from "../../src/config/schema_parts.ts";
import { KINDS } from "../../src/config/schema.ts";

/** The heading of each object, in the order of the page. */
const HEADINGS: Readonly<Record<string, string>> = {
  config: "Top level",
  included: "Top level of an included file",
  include: "Entry of `include`",
  include_within: "`within` of an include",
  options: "`options` and `defaults`",
  accept_proxy: "`accept_proxy`",
  FORWARD: "Action FORWARD",
  REJECT: "Action REJECT",
  target: "Target in a list",
  health: "`health`",
  admin: "`admin`",
  log: "`log`",
  detector: "Entry of `detectors`",
  expect: "Entry of `expect`",
  hello: "Sample `hello`",
  http: "Sample `http`",
  ssh: "Sample `ssh`",
};

/** For each object a heading, a table, and what does not fit into the table. */
export function fieldTables(): string[] {
  const forgotten = Object.keys(KINDS).filter((kind) => !(kind in HEADINGS));
  if (forgotten.length > 0) {
    throw new Error(`No heading for the fields of ${forgotten.join(", ")}`);
  }
  return Object.entries(HEADINGS).flatMap(([kind, heading]) => {
    const fields = Object.entries(KINDS[kind]!).map(([name, schema]) =>
      [name, aboutField(schema)] as const
    );
    return [`### ${heading}`, table(fields), ...explanations(fields)];
  });
}

type Field = readonly [name: string, about: FieldAbout];

function table(fields: readonly Field[]): string {
  const rows = fields.map(([name, about]) => [
    `\`${name}\``,
    about.summary ?? "",
    defaultOf(about),
  ]);
  return [
    ["Field", "Meaning", "Default"],
    ["---", "---", "---"],
    ...rows,
  ].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function defaultOf(about: FieldAbout): string {
  if (about.mandatory) return "required";
  if (about.default === undefined) return about.absent ?? "";
  return `\`${JSON.stringify(about.default)}\``;
}

/** A list of the fields that say more; nothing where there is none. */
function explanations(fields: readonly Field[]): string[] {
  const items = fields.filter(([, { details }]) => details !== undefined)
    .map(([name, { details }]) => `- \`${name}\`: ${details}.`);
  return items.length === 0 ? [] : [items.join("\n")];
}
