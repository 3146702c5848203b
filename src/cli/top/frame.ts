/**
 * What `top` draws: lines, from what is known and what the view shows. Pure.
 *
 * @module
 */
import { clip, fit } from "./cells.ts";
import { connectionTable, listTitle } from "./connection_table.ts";
import { detailLines } from "./detail_lines.ts";
import { footer } from "./footer.ts";
import { alertLines, headLines } from "./head_lines.ts";
import { HELP_LINES } from "./help_lines.ts";
import type { Frame, Line, Size, TopModel } from "./model.ts";
import { summaryLines } from "./summary_lines.ts";
import type { TopView } from "./view.ts";

/** Draws a frame. */
export function drawFrame(model: TopModel, size: Size): Frame {
  const { columns, rows } = size;
  const head = [...headLines(model, columns), ...alertLines(model, columns)]
    .slice(0, Math.max(1, rows - 2));
  const room = Math.max(0, rows - head.length - 1);
  const text = textOf(model, columns);
  const body = text === null
    ? tableBody(model, { columns, rows: room })
    : textBody(text, { view: model.view, rows: room });
  const lines = [...head, ...body.lines.slice(0, room)];
  while (lines.length < rows - 1) lines.push(plain(""));
  if (rows > 1 || lines.length === 0) lines.push(footer(model, columns));
  return {
    lines: lines.slice(0, rows).map(({ text, style }) => ({
      text: style === "selected" ? fit(text, columns) : clip(text, columns),
      style,
    })),
    pageRows: body.pageRows,
    hiddenLines: body.hiddenLines,
  };
}

/** Help or an explanation; `null`: the table shows. */
function textOf({ view }: TopModel, columns: number): string[] | null {
  if (view.mode === "help") return [...HELP_LINES];
  return view.mode === "detail" ? detailLines(view, columns) : null;
}

function textBody(
  text: readonly string[],
  { view, rows }: { readonly view: TopView; readonly rows: number },
): Frame {
  const hiddenLines = Math.max(0, text.length - rows);
  const from = Math.min(view.scroll, hiddenLines);
  return {
    lines: text.slice(from, from + rows).map(plain),
    pageRows: Math.max(1, rows),
    hiddenLines,
  };
}

function tableBody(model: TopModel, { columns, rows }: Size): Frame {
  const { list, view } = model;
  const summary = summaryLines(model, { columns, rows: Math.floor(rows / 3) });
  const pageRows = Math.max(1, rows - summary.length - 2);
  const from = Math.floor(view.row / pageRows) * pageRows;
  const table = connectionTable(view, columns);
  const shown = list.connections.slice(from, from + pageRows);
  return {
    lines: [
      ...summary,
      { text: listTitle(model, columns), style: "title" },
      { text: table.header, style: "header" },
      ...shown.map((connection): Line => ({
        text: table.line(connection),
        style: connection.id === view.selected ? "selected" : "plain",
      })),
    ],
    pageRows,
    hiddenLines: 0,
  };
}

function plain(text: string): Line {
  return { text, style: "plain" };
}
