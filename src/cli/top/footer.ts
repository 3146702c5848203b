/**
 * The last line of the screen: what is asked, what was said, which keys there are.
 *
 * @module
 */
import { escapeUnprintable } from "../../observe/log.ts";
import { cellWidth, clip, joinFitting } from "./cells.ts";
import type { Line, TopModel } from "./model.ts";
import { factsText } from "./connection_table.ts";
import type { TopView } from "./view.ts";

/** The line for the view's mode. */
export function footer(model: TopModel, columns: number): Line {
  const { view } = model;
  switch (view.mode) {
    case "filter":
      return { text: filterText(view, columns), style: "title" };
    case "closing":
      return { text: clip(closingText(model), columns), style: "bad" };
    case "table":
      return view.message === ""
        ? { text: joinFitting(tableKeys(view), columns), style: "header" }
        : {
          text: clip(escapeUnprintable(view.message), columns),
          style: "title",
        };
    default:
      return { text: joinFitting(textKeys(view), columns), style: "header" };
  }
}

function textKeys({ mode, detail }: TopView): string[] {
  const closes = mode === "detail" && detail?.connection.reason === null;
  return [
    "Esc back",
    "q quit",
    "arrows scroll",
    ...(closes ? ["x close"] : []),
  ];
}

function tableKeys({ state, filter }: TopView): string[] {
  return [
    "? help",
    "q quit",
    filter === "" ? "/ filter" : "Esc no filter",
    "Enter why",
    "x close",
    "s order",
    state === "live" ? "t recent" : "t live",
    "p pause",
  ];
}

/** The end of what is typed shows, with the cursor behind it. */
function filterText({ filter }: TopView, columns: number): string {
  const characters = [...filter];
  const room = columns - cellWidth("filter: _");
  while (cellWidth(characters.join("")) > Math.max(0, room)) characters.shift();
  return `filter: ${characters.join("")}_`;
}

function closingText({ view, list }: TopModel): string {
  const found = list.connections.find(({ id }) => id === view.selected);
  const who = found === undefined
    ? ""
    : escapeUnprintable(`: ${found.client}, ${factsText(found)}`);
  return `close ${view.selected}? y yes, other keys no${who}`;
}
