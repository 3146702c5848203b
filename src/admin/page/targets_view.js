/** The targets: health, dials, errors and traffic of each. */
import { DataTable } from "./data_table.js";
import { byId, setText } from "./dom.js";
import { bytesText, countText } from "./units.js";
import { visible } from "./visible_text.js";

/** @import { State, TargetState } from "../api.ts" */
/** @import { Column } from "./data_table.js" */

/** Rows, at most: DNS may find thousands. Those that fail come first. */
const MOST_ROWS = 500;

/** @type {readonly Column<TargetState>[]} */
const COLUMNS = [
  {
    label: "Target",
    name: "wide",
    text: ({ target }) => visible(target),
    detail: ({ target, upstreams }) =>
      visible(upstreams.filter((each) => each !== target).join(", ")),
  },
  {
    label: "Health",
    name: "wide",
    text: (target) => visible(healthText(target), 200),
    tone: ({ healthy }) => healthy === null ? "idle" : healthy ? "good" : "bad",
    detail: ({ note = "" }) => visible(note, 400),
  },
  { label: "Open", kind: "number", text: ({ active }) => countText(active) },
  {
    label: "Connections",
    kind: "number",
    text: ({ connections }) => countText(connections),
  },
  { label: "Dials", kind: "number", text: ({ dials }) => countText(dials) },
  {
    label: "Dial errors",
    kind: "number",
    text: ({ dial_errors }) => countText(dial_errors),
    detail: ({ dial_errors, dials }) =>
      dial_errors === 0 || dials === 0
        ? ""
        : `${(100 * dial_errors / dials).toFixed(1)} %`,
    tone: ({ dial_errors }) => dial_errors > 0 ? "warn" : "",
  },
  { label: "Up", kind: "number", text: ({ bytes_up }) => bytesText(bytes_up) },
  {
    label: "Down",
    kind: "number",
    text: ({ bytes_down }) => bytesText(bytes_down),
  },
];

/** @param {TargetState} target */
function healthText({ healthy, failing }) {
  if (healthy === null) return "not checked";
  if (healthy) return "healthy";
  return failing === undefined ? "down" : `failing: ${failing}`;
}

/** Shows the targets of a state. */
export class TargetsView {
  #table = new DataTable(byId("targets-table", HTMLTableElement), {
    caption: "Targets",
    key: ({ target }) => target,
    columns: COLUMNS,
  });

  /** @param {State} state */
  show({ targets }) {
    const sorted = [...targets].sort((a, b) => rank(a) - rank(b));
    this.#table.show(sorted.slice(0, MOST_ROWS));
    setText(byId("targets-note", HTMLElement), noteText(targets));
  }
}

/** @param {TargetState} target */
function rank({ healthy }) {
  return healthy === false ? 0 : 1;
}

/** @param {readonly TargetState[]} targets */
function noteText(targets) {
  if (targets.length === 0) {
    return "No targets: every rule rejects, or DNS has no answer yet.";
  }
  const sick = targets.filter(({ healthy }) => healthy === false).length;
  const all = `${countText(targets.length)} ${
    targets.length === 1 ? "target" : "targets"
  }`;
  const shown = targets.length > MOST_ROWS ? `, ${MOST_ROWS} shown` : "";
  return sick === 0
    ? all + shown
    : `${all}${shown}, ${countText(sick)} not healthy`;
}
