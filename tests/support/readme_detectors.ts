/** The README's table and pages of detectors. */
import { BUILTINS } from "../../src/detect/builtins.ts";
import {
  type DetectorPage,
  detectorPages,
} from "../../src/detect/detector_page.ts";

/** The blocks of the README about the detectors. */
export function detectorBlocks(): string[] {
  const pages = detectorPages(BUILTINS);
  return [
    table(pages),
    "<details>\n<summary>A page for each detector</summary>",
    ...pages.flatMap(pageBlocks),
    "</details>",
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
    `#### ${name}`,
    `${summary}.`,
    lines.map((line) => `- ${line}`).join("\n"),
    stance.join(" "),
  ];
}
