/** The part of README.md here that shows the results of the peers. */
import { keptResults } from "./results.ts";
import { byProtocol, byWay, confusions, markdown, summary } from "./tables.ts";

/** The paragraphs and tables. */
export function peerBlocks(): string[] {
  const results = keptResults();
  const labelled = results.peers[0]!.labelled;
  return [
    `On ${results.date}, over ${labelled} TCP connections with an unambiguous label:`,
    markdown(summary(results)),
    "![Recall against wrong names](peers.svg)",
    "Recall by protocol, and to how many flows of other protocols that name was given:",
    markdown(byProtocol(results)),
    "TLS and HTTP/1 in two pieces, the share that was named / whose name was exact:",
    markdown(byWay(results)),
    "The wrong names, as the label and what was named:",
    confusions(results).map((line) => `- ${line}`).join("\n"),
  ];
}
