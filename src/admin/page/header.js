/** The head of the page: whether all is well, and the totals. */
import { byId, setAttribute, setText } from "./dom.js";
import { bytesText, countText, durationText } from "./units.js";
import { visible } from "./visible_text.js";

/** @import { State } from "../api.ts" */

const TONES = { ready: "good", starting: "warn", draining: "warn" };

/**
 * Shows a state in the head of the page.
 *
 * @param {State} state
 */
export function showHeader(state) {
  showStatus(visible(state.status), TONES[state.status] ?? "idle");
  const seconds = (state.now - state.started_at) / 1000;
  const values = {
    uptime: durationText(Math.floor(seconds)),
    generation: countText(state.generation),
    open: countText(state.total.active),
    connections: countText(state.total.connections),
    up: bytesText(state.total.bytes_up),
    down: bytesText(state.total.bytes_down),
  };
  for (const [name, value] of Object.entries(values)) {
    setText(byId(`total-${name}`, HTMLElement), value);
  }
}

/**
 * Shows how things stand in a word.
 *
 * @param {string} text
 * @param {string} tone
 */
export function showStatus(text, tone) {
  const status = byId("status", HTMLElement);
  setText(status, text);
  setAttribute(status, "data-tone", tone);
  const title = `passthru: ${text}`;
  if (document.title !== title) document.title = title;
}
