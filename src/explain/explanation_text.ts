/**
 * An explanation as text for people.
 *
 * @module
 */
import { rejectText } from "../config/reject_text.ts";
import { targetList } from "../config/targets.ts";
import type { Facts } from "../detect/detector.ts";
import { escapeUnprintable } from "../observe/log.ts";
import type { Decision } from "./decision.ts";
import type {
  ExplainedDatagram,
  ExplainedVerdict,
  Explanation,
} from "./explanation.ts";
import { formatCount } from "./format_count.ts";
import { formatRows } from "./rows.ts";
import { lostText, placeText, shorten, valueText } from "./words.ts";

/** An explanation as lines, with a line end. What a client sent is escaped. */
export function explanationText(explanation: Explanation): string {
  const { verdicts, decision, notes, datagrams = [] } = explanation;
  const blocks = [heading(explanation)];
  if (datagrams.some(({ pieces }) => pieces.length > 0)) {
    blocks.push(rows(datagramRows(datagrams)));
  }
  if (verdicts.length > 0) blocks.push(rows(verdictRows(explanation)));
  blocks.push(rows([
    ["protocol", protocolText(explanation)],
    ...(decision === null ? [] : decisionRows(decision)),
    ...notes.map((note) => ["note", note]),
  ]));
  if (decision !== null && decision.lost.length > 0) {
    blocks.push(rows([
      ["RULE THAT LOST", "WHY"],
      ...decision.lost.map((lost) => [lost.rule, lostText(lost)]),
    ]));
  }
  return blocks.join("\n") + "\n";
}

function rows(cells: readonly (readonly string[])[]): string {
  return formatRows(cells.map((row) => row.map(escapeUnprintable)), 2);
}

function heading({ flow, bytes, datagrams }: Explanation): string {
  const { id, client, server } = flow;
  const ends = client === undefined ? "" : `, ${client} -> ${server}`;
  const counts = [
    ...(datagrams === undefined
      ? []
      : [formatCount(datagrams.length, "datagram")]),
    formatCount(bytes, "byte"),
  ];
  return escapeUnprintable(`${shorten(id)}: ${counts.join(", ")}${ends}`);
}

/** Which pieces of a hello came in which datagram, in order of arrival. */
function datagramRows(datagrams: readonly ExplainedDatagram[]): string[][] {
  return [
    ["DATAGRAM", "BYTES", "PIECES OF THE HELLO (PLACE+LENGTH)"],
    ...datagrams.map(({ bytes, pieces }, index) => [
      String(index + 1),
      String(bytes),
      pieces.map(({ offset, length }) => `${offset}+${length}`).join(" "),
    ]),
  ];
}

function verdictRows({ verdicts, protocol }: Explanation): string[][] {
  return [
    ["DETECTOR", "VERDICT", "DECIDED AT", "FACTS OR WHY"],
    ...verdicts.map((verdict) => [
      verdict.detector,
      verdict.verdict.kind,
      placeText(verdict),
      reasonText(verdict, protocol),
    ]),
  ];
}

function reasonText(
  { verdict, counts, datagram }: ExplainedVerdict,
  protocol: string | null,
): string {
  const behind = counts ? "" : `not asked: ${protocol} is before it`;
  switch (verdict.kind) {
    case "no":
      return "";
    case "more":
      if (!counts) return behind;
      return datagram === undefined
        ? `wants ${verdict.atLeast} bytes: counts as no`
        : "wants another datagram: counts as no";
    case "malformed":
      return [verdict.why, behind].filter(Boolean).join("; ");
    case "match":
      return [factsText(verdict.facts), behind].filter(Boolean).join("; ");
  }
}

function protocolText({ protocol, verdicts }: Explanation): string {
  const broken = verdicts.filter(({ verdict, counts }) =>
    counts && verdict.kind === "malformed"
  ).map(({ detector }) => detector);
  if (protocol !== null) return protocol;
  return broken.length === 0 ? "none" : `none (malformed ${broken.join(", ")})`;
}

function decisionRows({ choice, why }: Decision): string[][] {
  if (choice === null) return [["rule", `none: ${why}`]];
  const { rule, route } = choice;
  const name = route.name === undefined ? "" : ` (${route.name})`;
  return [
    ["rule", `${rule}: ${why}`],
    [
      "target",
      (route.action === "REJECT"
        ? `none: ${rejectText(route)}`
        : targetList(route).join(", ")) + name,
    ],
  ];
}

function factsText(facts: Facts): string {
  return Object.entries(facts)
    .map(([name, value]) => `${name}=${valueText(value)}`).join(" ");
}
