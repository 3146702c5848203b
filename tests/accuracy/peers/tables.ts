/** The results of the peers as tables, for people. */
import { share } from "../table.ts";
import { type Results, totalRecall } from "./results.ts";
import type { Way } from "./questions.ts";
import type { PeerScore, Share } from "./score.ts";

/** Cells of a table, the names of the columns first. */
export type Table = readonly (readonly string[])[];

/** One row a peer: what it is, and how well it does what it claims. */
export function summary({ peers }: Results): Table {
  const columns = ["Program", "Version", "Protocols", "Flows", "Recall"];
  return [
    [...columns, "Wrong names", "SNI exact", "Host exact"],
    ...peers.map((peer) => {
      const recall = totalRecall(peer);
      return [
        peer.name,
        peer.version,
        String(Object.keys(peer.recall).length),
        String(recall.whole),
        cell(recall),
        `${peer.wrong} (${share(peer.wrong, peer.labelled)})`,
        cell(peer.sni),
        cell(peer.host),
      ];
    }),
  ];
}

/** One row a protocol: the recall of each peer, and wrong names. */
export function byProtocol({ peers }: Results): Table {
  const naming = peers.filter(({ recall }) => Object.keys(recall).length > 0);
  const flows = new Map<string, number>();
  for (const { recall } of naming) {
    for (const [row, { whole }] of Object.entries(recall)) {
      flows.set(row, Math.max(flows.get(row) ?? 0, whole));
    }
  }
  const rows = [...flows].sort(([one, a], [other, b]) =>
    b - a || (one < other ? -1 : 1)
  );
  return [
    ["Protocol", "Flows", ...naming.map(({ name }) => name)],
    ...rows.map(([row, count]) => [
      row,
      String(count),
      ...naming.map((peer) => protocolCell(peer, row)),
    ]),
  ];
}

/** One row a peer: what it does with openings that come in two pieces. */
export function byWay({ peers }: Results): Table {
  const ways: Way[] = [
    ...["hello", "hello in two segments", "hello in two records"] as const,
    ...["head", "head in two segments"] as const,
  ];
  return [
    ["Program", ...ways.map((way) => way.replace(/^h(?=\w+$)/, "whole h"))],
    ...peers.map(({ name, ways: found }) => [
      name,
      ...ways.map((way) => {
        const { named, exact } = found[way] ?? {};
        return [named, exact].filter((part) => part && part.whole > 0)
          .map((part) => cell(part)).join(" / ") || "-";
      }),
    ]),
  ];
}

/** The wrong names of each peer, the most frequent first. */
export function confusions({ peers }: Results): string[] {
  return peers.filter(({ wrong }) => wrong > 0).map((peer) => {
    const found = Object.entries(peer.confusions).sort(([, a], [, b]) => b - a);
    const names = found.map(([what, count]) => `${what} ${count}`).join(", ");
    return `${peer.name}: ${names}`;
  });
}

/** A table of Markdown. */
export function markdown([head = [], ...rows]: Table): string {
  return [head, head.map(() => "---"), ...rows]
    .map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function protocolCell(peer: PeerScore, row: string): string {
  const wrong = Object.entries(peer.confusions)
    .filter(([what]) => what.endsWith(` as ${row}`))
    .reduce((sum, [, count]) => sum + count, 0);
  return cell(peer.recall[row]) + (wrong === 0 ? "" : `, ${wrong} wrong`);
}

function cell(part: Share | undefined): string {
  return part === undefined ? "-" : share(part.part, part.whole);
}
