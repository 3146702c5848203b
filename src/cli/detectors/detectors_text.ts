/**
 * Detectors as text for people.
 *
 * @module
 */
import type { DetectorPage } from "../../detect/detector_page.ts";
import { escapeControls } from "../../observe/printable.ts";
import { formatRows, wrap } from "../table.ts";

/** All detectors as a table, with a line end. */
export function detectorTable(pages: readonly DetectorPage[]): string {
  const rows = pages.map((page) => [
    page.name,
    transportsOf(page).join(" "),
    page.summary,
    page.rules.map(({ word }) => word).join(" "),
  ]);
  return [
    table([["DETECTOR", "OVER", "RECOGNISES", "RULE WORDS"], ...rows]),
    "",
    wrap(
      'A config can also have the protocols CATCHALL (connections that no other protocol matches) and SILENT (clients that send nothing). A server of a config whose address ends in "/udp" has detectors over UDP, another one has those over TCP. "passthru detectors NAME" shows the page of a detector',
    ),
    "",
  ].join("\n");
}

/** The page of a detector, with a line end. */
export function detectorText(page: DetectorPage): string {
  const { udp } = page;
  return udp === undefined
    ? pageText(page)
    : `${pageText(page)}\n${pageText(udp)}`;
}

/** `TCP`, `UDP` or both. */
function transportsOf({ transport, udp }: DetectorPage): string[] {
  const over = transport.toUpperCase();
  return udp === undefined ? [over] : [over, "UDP"];
}

function pageText(page: DetectorPage): string {
  const facts = Object.entries(page.facts);
  const parts = [escapeControls(`${page.name}: ${page.summary}`)];
  if (page.first_bytes !== null) {
    parts.push(wrap(`First bytes: ${page.first_bytes}`));
  }
  parts.push(block("Rules", [
    ...page.rules.map(({ example, tests }) => [example, tests]),
    ["CATCHALL", "connections that no other rule matches"],
  ]));
  if (facts.length > 0) parts.push(block("Facts", facts));
  if (page.source.length > 0) {
    parts.push(block(
      "Source",
      page.source.map(({ text, url }) => [text, url ?? ""]),
    ));
  }
  if (page.stance.length > 0) parts.push(page.stance.map(wrap).join("\n"));
  parts.push(`Looks at ${boundText(page)} at most`);
  return parts.join("\n\n") + "\n";
}

function boundText({ max_bytes, max_datagrams }: DetectorPage): string {
  if (max_datagrams === undefined) return `${max_bytes} bytes`;
  return max_datagrams === 1
    ? "the first datagram of a UDP flow"
    : `the first ${max_datagrams} datagrams of a UDP flow`;
}

function block(title: string, rows: readonly (readonly string[])[]): string {
  return `${title}:\n${table(rows, 2)}`;
}

/** Rows as columns. */
function table(rows: readonly (readonly string[])[], indent = 0): string {
  // What a config declares may hold what a terminal obeys.
  return formatRows(
    rows.map((row) => row.map((cell) => escapeControls(cell))),
    indent,
  );
}
