/** The table and the pages of the detectors in src/detect/README.md. */
import { BUILTINS } from "../../src/detect/builtins.ts";
import {
  type DetectorPage,
  detectorPages,
} from "../../src/detect/detector_page.ts";

/** The generated blocks. */
export function detectorBlocks(): string[] {
  const pages = detectorPages(BUILTINS);
  return [
    table(pages),
    "## Each detector",
    ...pages.flatMap(pageBlocks),
  ];
}

function table(pages: readonly DetectorPage[]): string {
  const rows = pages.map(({ name, summary, rules }) => [
    `[\`${name}\`](#${name.toLowerCase()})`,
    summary,
    rules.map(({ word }) => `\`${word}\``).join(" "),
  ]);
  return [
    ["Protocol", "Recognised", "Rule words"],
    ["---", "---", "---"],
    ...rows,
  ].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

/** The same as `passthru detectors NAME` shows. */
function pageBlocks(page: DetectorPage): string[] {
  const { name, summary, first_bytes, rules, facts, source, stance } = page;
  const papers = source.map(({ text, url }) =>
    url === undefined ? text : `[${text}](${url})`
  );
  const lines = [
    `First bytes: ${first_bytes}`,
    ...rules.map(({ example, tests }) => `Rule \`${example}\`: ${tests}`),
    ...Object.entries(facts).map(([fact, what]) => `Fact \`${fact}\`: ${what}`),
    `Source: ${papers.join(", ")}`,
  ];
  return [
    `### ${name}`,
    `${summary}.`,
    lines.map((line) => `- ${line}`).join("\n"),
    stance.join(" "),
  ];
}
