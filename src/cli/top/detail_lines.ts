/**
 * A connection and its explanation as lines.
 *
 * @module
 */
import type { ConnectionView } from "../../admin/api.ts";
import { escapeUnprintable } from "../../observe/log.ts";
import { formatBytes, formatSeconds } from "../amounts.ts";
import { foldCells } from "./cells.ts";
import { factsText } from "./connection_table.ts";
import type { TopView } from "./view.ts";

/** The lines, folded to the width of the screen. Everything is escaped. */
export function detailLines(
  { detail, selected }: TopView,
  columns: number,
): string[] {
  if (detail === null) return [`Asking about connection ${selected} ...`];
  const { connection, explanation } = detail;
  const why = explanation === null
    ? ["It has sent nothing yet, or its first bytes were not kept."]
    : explanation.text.trimEnd().split("\n");
  return [...connectionRows(connection), "", ...why]
    .flatMap((line) => foldCells(escapeUnprintable(line), columns));
}

function connectionRows(connection: ConnectionView): string[] {
  const { detect_seconds, dial_seconds, reason, phase } = connection;
  const time = formatSeconds(connection.duration_seconds);
  const rows: [string, string | undefined | null][] = [
    ["connection", `${connection.id}, ${reason ?? phase} after ${time}`],
    ["client", connection.client],
    ["proxy", connection.proxy],
    ["unique_id", connection.unique_id],
    ["listener", connection.listener],
    ["protocol", connection.protocol],
    ["asks for", factsText(connection)],
    ["rule", connection.rule],
    ["name", connection.name],
    ["target", connection.target],
    ["sent to", connection.sent_to],
    [
      "bytes",
      `${formatBytes(connection.bytes_up)} up, ${
        formatBytes(connection.bytes_down)
      } down`,
    ],
    [
      "detected",
      detect_seconds === null ? null : `in ${formatSeconds(detect_seconds)}`,
    ],
    [
      "dialled",
      dial_seconds === null ? null : `in ${formatSeconds(dial_seconds)}`,
    ],
    ["retried", connection.retried],
    ["with", connection.with],
    ["error", connection.error],
    ["worker", `${connection.worker} of generation ${connection.generation}`],
  ];
  return rows.filter(([, value]) =>
    value !== undefined && value !== null && value !== ""
  )
    .map(([name, value]) => `${name.padEnd(10)}  ${value}`);
}
