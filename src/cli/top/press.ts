/**
 * What keys do to what `top` shows. Pure.
 *
 * @module
 */
import type { ConnectionView } from "../../admin/api.ts";
import type { Key, KeyName } from "./keys.ts";
import { select, SORTS, type TopView } from "./view.ts";

/** What a key asks for beside another view. */
export type Effect =
  | { readonly kind: "quit" | "refresh" | "redraw" }
  | { readonly kind: "explain" | "close"; readonly id: number };

/** What the person sees while pressing a key. */
export interface Seen {
  readonly connections: readonly ConnectionView[];
  /** Connections that fit on the screen at a time. */
  readonly pageRows: number;
  /** Lines of help or of an explanation that do not fit. */
  readonly hiddenLines: number;
}

/** What a key led to. */
export interface Pressed {
  readonly view: TopView;
  readonly effect: Effect | null;
}

/** Longest filter, in characters. */
const MAX_FILTER_LENGTH = 200;

/** What becomes of the view, and what is to be done, when a key is pressed. */
export function press(view: TopView, key: Key, seen: Seen): Pressed {
  if (key.name === "ctrl_c") return { view, effect: { kind: "quit" } };
  if (key.name === "ctrl_l") return { view, effect: { kind: "redraw" } };
  if (view.mode === "filter") return pressInFilter(view, key);
  if (key.pasted) return still(view);
  if (key.text === "q") return { view, effect: { kind: "quit" } };
  const quiet = { ...view, message: "" };
  switch (view.mode) {
    case "closing":
      return pressInClosing(quiet, key);
    case "table":
      return pressInTable(quiet, key, seen);
    default:
      return pressInText(quiet, key, seen);
  }
}

function pressInTable(view: TopView, key: Key, seen: Seen): Pressed {
  if (key.name !== undefined) return nameInTable(view, key.name, seen);
  const sort = SORTS.findIndex((each) => each.key === key.text);
  if (sort >= 0) return again({ ...view, sort });
  switch (key.text) {
    case "j":
      return moved(view, "down", seen);
    case "k":
      return moved(view, "up", seen);
    case "g":
      return moved(view, "home", seen);
    case "G":
      return moved(view, "end", seen);
    case "/":
      return still({ ...view, mode: "filter" });
    case "?":
      return still({ ...view, mode: "help", scroll: 0 });
    case "p":
      return still({ ...view, paused: !view.paused });
    case "s":
      return again({ ...view, sort: (view.sort + 1) % SORTS.length });
    case "t":
      return toggled(view);
    case "x":
      return still(askToClose(view, seen));
    default:
      return still(view);
  }
}

function nameInTable(view: TopView, name: KeyName, seen: Seen): Pressed {
  switch (name) {
    case "tab":
      return toggled(view);
    case "enter": {
      const { selected } = view;
      if (selected === null) return still(wantSelection(view));
      return {
        view: { ...view, mode: "detail", detail: null, scroll: 0 },
        effect: { kind: "explain", id: selected },
      };
    }
    case "escape":
      return view.selected === null && view.filter !== ""
        ? again({ ...view, filter: "" })
        : still({ ...view, selected: null, row: 0 });
    default:
      return moved(view, name, seen);
  }
}

function pressInFilter(view: TopView, key: Key): Pressed {
  const { filter } = view;
  if (key.text !== undefined) {
    return refiltered(view, (filter + key.text).slice(0, MAX_FILTER_LENGTH));
  }
  switch (key.name) {
    case "enter":
      return still({ ...view, mode: "table" });
    case "escape":
      return refiltered({ ...view, mode: "table" }, "");
    case "backspace":
      return refiltered(view, [...filter].slice(0, -1).join(""));
    case "ctrl_u":
      return refiltered(view, "");
    case "ctrl_w":
      return refiltered(view, filter.replace(/\S*\s*$/, ""));
    default:
      return still(view);
  }
}

function pressInClosing(view: TopView, key: Key): Pressed {
  const table: TopView = { ...view, mode: "table" };
  return key.text === "y" && view.selected !== null
    ? { view: table, effect: { kind: "close", id: view.selected } }
    : still({ ...table, message: "not closed" });
}

/** In help and in an explanation. */
function pressInText(view: TopView, key: Key, seen: Seen): Pressed {
  const { name } = key;
  if (name === "escape" || name === "enter" || key.text === "?") {
    return still({ ...view, mode: "table", detail: null });
  }
  if (view.mode === "detail" && key.text === "x") {
    return still(askToClose(view, seen));
  }
  const word = key.text === "j" ? "down" : key.text === "k" ? "up" : name;
  const step = stepOf(word, seen.pageRows);
  const scroll = Math.min(view.scroll + step, seen.hiddenLines);
  return still({ ...view, scroll: Math.max(0, scroll) });
}

function askToClose(view: TopView, { connections }: Seen): TopView {
  if (view.selected === null) return wantSelection(view);
  const found = connections.find(({ id }) => id === view.selected);
  return found !== undefined && found.reason !== null
    ? { ...view, message: `connection ${view.selected} has ended` }
    : { ...view, mode: "closing", detail: null };
}

function wantSelection(view: TopView): TopView {
  return { ...view, message: "select a connection first, with the arrows" };
}

function moved(
  view: TopView,
  name: KeyName,
  { connections, pageRows }: Seen,
): Pressed {
  const step = stepOf(name, pageRows);
  if (step === 0) return still(view);
  // The first step selects the first one.
  const from = view.selected === null ? (step > 0 ? -1 : 0) : view.row;
  return still(select(view, { connections, row: from + step }));
}

function stepOf(name: KeyName | undefined, pageRows: number): number {
  switch (name) {
    case "up":
      return -1;
    case "down":
      return 1;
    case "page_up":
      return -pageRows;
    case "page_down":
      return pageRows;
    case "home":
      return -Infinity;
    case "end":
      return Infinity;
    default:
      return 0;
  }
}

function toggled(view: TopView): Pressed {
  const state = view.state === "live" ? "recent" : "live";
  return again({ ...view, state, selected: null, row: 0 });
}

function refiltered(view: TopView, filter: string): Pressed {
  return again({ ...view, filter, selected: null, row: 0 });
}

function again(view: TopView): Pressed {
  return { view, effect: { kind: "refresh" } };
}

function still(view: TopView): Pressed {
  return { view, effect: null };
}
