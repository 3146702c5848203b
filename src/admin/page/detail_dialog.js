/** All about one connection, in a dialog. */
import { ApiFailure, failureText } from "./api.js";
import { confirmed } from "./confirm.js";
import { reasonMeaning, stateText, stateTone } from "./connection_words.js";
import { byId, make, setAttribute, setText } from "./dom.js";
import { ExplanationPanel } from "./explanation.js";
import { Poller } from "./poller.js";
import {
  bytesText,
  dateText,
  durationText,
  maybeDuration,
  NOTHING,
} from "./units.js";
import { FULL_LENGTH, visible, visibleValue } from "./visible_text.js";

/** @import { ConnectionDetail, ConnectionView } from "../api.ts" */
/** @import { Api } from "./api.js" */

/** While the connection is open. */
const REFRESH_MS = 1000;

/** Opens, refreshes and closes the dialog. */
export class DetailDialog {
  #api;
  #changed;
  #dialog = byId("detail", HTMLDialogElement);
  #message = byId("detail-message", HTMLElement);
  #close = byId("detail-close", HTMLButtonElement);
  #explanation = new ExplanationPanel();
  #poller = new Poller(() => this.#refresh(), {
    pauseMs: () => REFRESH_MS,
    failed: ({ error }) => this.#fail(error),
  });
  #id = 0;
  /** @type {ConnectionView | null} */
  #known = null;

  /**
   * @param {Api} api
   * @param {object} told
   * @param {() => void} told.changed A connection was closed here.
   * @param {() => void} told.closed The dialog was closed.
   */
  constructor(api, { changed, closed }) {
    this.#api = api;
    this.#changed = changed;
    this.#close.addEventListener("click", () => this.#closeConnection());
    byId("detail-done", HTMLButtonElement).addEventListener(
      "click",
      () => this.#dialog.close(),
    );
    this.#dialog.addEventListener("close", () => {
      // The event comes later: it may be open again.
      if (this.#dialog.open) return;
      this.#poller.stop();
      closed();
    });
    this.#dialog.addEventListener("click", (event) => {
      // On the ground around the dialog.
      if (event.target === this.#dialog) this.#dialog.close();
    });
  }

  /** @param {ConnectionView} view What is known when it is shown. */
  know(view) {
    this.#known = view;
  }

  /**
   * Shows a connection by its number, or nothing when that is none.
   *
   * @param {string} name
   */
  show(name) {
    if (!/^\d{1,15}$/.test(name)) {
      this.#dialog.close();
      return;
    }
    this.#id = Number(name);
    setText(this.#message, "");
    if (this.#known?.id === this.#id) this.#fill(this.#known);
    else this.#empty();
    byId("explained", HTMLElement).hidden = true;
    byId("unexplained", HTMLElement).hidden = true;
    this.#explanation.forget();
    if (!this.#dialog.open) this.#dialog.showModal();
    this.#poller.now();
  }

  /** Nothing is known yet but the number. */
  #empty() {
    this.#known = null;
    setText(byId("detail-title", HTMLElement), `Connection #${this.#id}`);
    setText(byId("detail-state", HTMLElement), "");
    this.#close.hidden = true;
    byId("detail-facts", HTMLElement).replaceChildren();
  }

  async #refresh() {
    const id = this.#id;
    const detail = await this.#api.connection(id);
    if (id !== this.#id) return;
    this.#known = detail.connection;
    this.#fill(detail.connection);
    this.#explanation.show(detail.explanation);
    if (detail.connection.reason !== null) this.#poller.stop();
  }

  /** @param {unknown} error */
  #fail(error) {
    const gone = error instanceof ApiFailure && error.status === 404;
    if (gone) this.#poller.stop();
    setText(
      this.#message,
      gone
        ? this.#known === null
          ? "Unknown connection: it ended long ago or never existed."
          : "It has ended, and no further details were kept."
        : failureText(error),
    );
    if (gone) this.#close.hidden = true;
  }

  /** @param {ConnectionView} view */
  #fill(view) {
    setText(byId("detail-title", HTMLElement), `Connection #${view.id}`);
    const state = byId("detail-state", HTMLElement);
    setText(state, stateText(view));
    setAttribute(state, "data-tone", stateTone(view));
    this.#close.hidden = view.reason !== null;
    const rows = detailRows(view).map(([name, value]) =>
      make(
        "div",
        {},
        make("dt", {}, name),
        make("dd", {}, visible(value, FULL_LENGTH)),
      )
    );
    byId("detail-facts", HTMLElement).replaceChildren(...rows);
  }

  async #closeConnection() {
    const id = this.#id;
    const agreed = await confirmed({
      title: `Close connection #${id}?`,
      text: "Both sides are closed at once; bytes in transit are lost.",
      action: "Close connection",
    });
    if (!agreed) return;
    try {
      await this.#api.change(`/api/connections/${id}/close`);
      setText(this.#message, `Connection #${id} was closed.`);
    } catch (error) {
      setText(this.#message, `Not closed: ${failureText(error)}`);
    }
    if (this.#dialog.open) this.#poller.now();
    this.#changed();
  }
}

/**
 * @param {ConnectionView} view
 * @returns {readonly (readonly [string, string])[]}
 */
function detailRows(view) {
  const rows = [
    ...wayRows(view),
    ...Object.entries(view.facts).map(([name, value]) => [
      `Fact ${visible(name, 40)}`,
      visibleValue(value, FULL_LENGTH),
    ]),
    ["Up", bytesText(view.bytes_up)],
    ["Down", bytesText(view.bytes_down)],
    ["Accepted", dateText(view.accepted_at)],
    ["To detect", maybeDuration(view.detect_seconds)],
    ["To dial", maybeDuration(view.dial_seconds)],
    ["Duration", durationText(view.duration_seconds)],
    ["Worker", `${view.worker} of generation ${view.generation}`],
  ];
  return rows.map(([name = "", value = ""]) => [name, value]);
}

/** @param {ConnectionView} view */
function wayRows({ client, proxy, unique_id, listener, ...view }) {
  const { protocol, rule, name, target, sent_to, retried, error, reason } =
    view;
  const meaning = reason === null ? "" : reasonMeaning(reason);
  return [
    ["Ended", meaning],
    ["Error", error ?? ""],
    ["Client", client],
    ["Proxy", proxy ?? ""],
    ["Unique id", unique_id ?? ""],
    ["Listener", listener],
    ["Protocol", protocol ?? NOTHING],
    ["Rule", rule ?? NOTHING],
    ["Name", name ?? ""],
    ["Target", target ?? NOTHING],
    ["Sent to", sent_to ?? ""],
    ["Tried before", retried ?? ""],
    ["Rejected with", view.with ?? ""],
  ].filter(([, value]) => value !== "");
}
