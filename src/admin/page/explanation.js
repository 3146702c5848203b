/** Why a connection went where it went: verdicts, rules that lost, notes. */
import { DataTable } from "./data_table.js";
import { byId, make, setText } from "./dom.js";
import { countText, NOTHING } from "./units.js";
import {
  FULL_LENGTH,
  visible,
  visibleLines,
  visibleValue,
} from "./visible_text.js";

/** @import { ConnectionDetail, LostRule, VerdictView } from "../api.ts" */
/** @import { Column } from "./data_table.js" */

/** Longest fact or reason in a table. */
const VALUE_LENGTH = 400;
const VERDICT_TONES = {
  match: "good",
  malformed: "bad",
  more: "warn",
  no: "idle",
};

/** @type {readonly Column<VerdictView>[]} */
const VERDICT_COLUMNS = [
  { label: "Detector", text: ({ detector }) => visible(detector, 60) },
  {
    label: "Verdict",
    text: ({ verdict }) => visible(verdict),
    tone: ({ verdict }) => VERDICT_TONES[verdict] ?? "idle",
  },
  { label: "Decided at", text: placeText },
  { label: "Facts or why", name: "wide", text: learntText },
];

/** @type {readonly Column<LostRule>[]} */
const LOST_COLUMNS = [
  {
    label: "Rule",
    name: "wide",
    text: ({ rule }) => visible(rule, VALUE_LENGTH),
  },
  { label: "Reason", name: "wide", text: lostText },
];

/** Shows explanations, in the dialog of a connection. */
export class ExplanationPanel {
  #verdicts = new DataTable(byId("verdicts", HTMLTableElement), {
    caption: "Verdicts of the detectors",
    key: ({ detector }) => detector,
    columns: VERDICT_COLUMNS,
  });
  #lost = new DataTable(byId("lost-rules", HTMLTableElement), {
    caption: "Rules that did not match",
    key: (lost) => JSON.stringify(lost),
    columns: LOST_COLUMNS,
  });
  #shown = "";

  /** Makes sure that the next one is shown, whatever was shown before. */
  forget() {
    this.#shown = "";
  }

  /** @param {ConnectionDetail["explanation"]} explanation */
  show(explanation) {
    const text = JSON.stringify(explanation);
    if (text === this.#shown) return;
    this.#shown = text;
    byId("explained", HTMLElement).hidden = explanation === null;
    byId("unexplained", HTMLElement).hidden = explanation !== null;
    if (explanation === null) return;
    const { bytes, verdicts, lost, notes } = explanation;
    setText(
      byId("explained-bytes", HTMLElement),
      `Decided by the first ${
        countText(bytes)
      } bytes of the client. Offsets count from 0.`,
    );
    this.#verdicts.show(verdicts);
    this.#lost.show(lost);
    byId("lost-part", HTMLElement).hidden = lost.length === 0;
    byId("notes-part", HTMLElement).hidden = notes.length === 0;
    byId("notes", HTMLElement).replaceChildren(
      ...notes.map((note) => make("li", {}, visible(note, FULL_LENGTH))),
    );
    setText(byId("explain-text", HTMLElement), visibleLines(explanation.text));
  }
}

/** @param {VerdictView} verdict */
function placeText({ offset, byte }) {
  if (offset === null) return "end";
  return byte === null ? String(offset) : `${offset} (${visible(byte)})`;
}

/** @param {VerdictView} verdict */
function learntText({ facts = {}, why }) {
  if (why !== undefined) return visible(why, VALUE_LENGTH);
  const words = Object.entries(facts).map(([name, value]) =>
    `${visible(name, 40)}=${visibleValue(value, VALUE_LENGTH)}`
  );
  return words.length === 0 ? NOTHING : words.join(" ");
}

/** @param {LostRule} lost */
function lostText({ word, wanted = "", negated, found = null }) {
  if (word === undefined) return "less specific than the rule that won";
  const seen = visibleValue(found, VALUE_LENGTH);
  const condition = visible(`${word} ${wanted}`.trimEnd(), VALUE_LENGTH);
  return negated
    ? `wanted not ${condition}, found ${seen}`
    : `wanted ${condition}, found ${seen}`;
}
