/** The table and the pages of the detectors in src/detect/README.md. */
import { BUILTINS } from "../../src/detect/builtins.ts";
import { DATAGRAM_BUILTINS } from "../../src/detect/datagram_builtins.ts";
import {
  type DetectorPage,
  detectorPages,
} from "../../src/detect/detector_page.ts";

/** The generated blocks. */
export function detectorBlocks(): string[] {
  const streams = detectorPages(BUILTINS);
  const datagrams = detectorPages(DATAGRAM_BUILTINS);
  return [
    table(streams),
    "## Over UDP",
    "Servers whose key ends in `/udp` ([UDP](../../configs/README.md#udp)) have these protocols, and `passthru explain --pcap` and `--jsonl` identify flows of UDP by them.",
    table(datagrams),
    "## Each detector",
    ...[...streams, ...datagrams].flatMap(pageBlocks),
  ];
}

function table(pages: readonly DetectorPage[]): string {
  const rows = pages.map((page) => [
    `[\`${page.name}\`](#${titleOf(page).toLowerCase().replaceAll(" ", "-")})`,
    page.summary,
    page.rules.map(({ word }) => `\`${word}\``).join(" "),
  ]);
  return [
    ["Protocol", "Recognised", "Conditions"],
    ["---", "---", "---"],
    ...rows,
  ].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function titleOf({ name, transport }: DetectorPage): string {
  return transport === "udp" ? `${name} over UDP` : name;
}

/** The same as `passthru detectors NAME` shows. */
function pageBlocks(page: DetectorPage): string[] {
  const { summary, first_bytes, rules, facts, source, stance } = page;
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
    `### ${titleOf(page)}`,
    `${summary}.`,
    lines.map((line) => `- ${line}`).join("\n"),
    stance.join(" "),
  ];
}
