/** The config that is served, its warnings, and what can be done with it. */
import { ApiFailure, failureText } from "./api.js";
import { ConfigText } from "./config_text.js";
import { confirmed } from "./confirm.js";
import { byId, setAttribute, setText } from "./dom.js";
import { NoteList } from "./note_list.js";
import { agoText, countText, durationText } from "./units.js";
import { FULL_LENGTH, visible, visibleLines } from "./visible_text.js";

/** @import { ConfigNote, DrainAnswer, ReloadAnswer, State } from "../api.ts" */
/** @import { Api } from "./api.js" */

/** Shows the config; reloads, drains and sets the log level when asked. */
export class ConfigView {
  #api;
  #changed;
  #text = new ConfigText();
  /** Which text is shown, or is being asked for. */
  #served = "";
  #notes = new NoteList(
    byId("config-notes", HTMLElement),
    (place) => this.#text.mark(place),
  );
  #reloadNotes = new NoteList(byId("reload-notes", HTMLElement));
  #saidNotes = new NoteList(byId("config-said-notes", HTMLElement));
  /** Notes of the last answer, which need not be said twice. */
  #said = "[]";
  #level = byId("log-level", HTMLSelectElement);

  /**
   * @param {Api} api
   * @param {() => void} changed Told when something was changed here.
   */
  constructor(api, changed) {
    this.#api = api;
    this.#changed = changed;
    const click = (/** @type {string} */ id, /** @type {() => void} */ does) =>
      byId(id, HTMLButtonElement).addEventListener("click", does);
    click("reload", () => this.#reload());
    click("drain", () => this.#drain());
    this.#level.addEventListener("change", () => this.#setLevel());
  }

  /** @param {State} state */
  show(state) {
    const { config, log, now, status } = state;
    setText(
      byId("config-file", HTMLElement),
      visible(config.file, FULL_LENGTH),
    );
    setText(
      byId("config-loaded", HTMLElement),
      `loaded ${agoText(now - config.loaded_at)}`,
    );
    this.#showText(state);
    this.#notes.show(config.notes);
    byId("config-fine", HTMLElement).hidden = config.notes.length > 0;
    this.#showReload(config.last_reload, now);
    if (document.activeElement !== this.#level) this.#level.value = log.level;
    setText(
      byId("log-format", HTMLElement),
      `written as ${visible(log.format)}`,
    );
    byId("drain", HTMLButtonElement).disabled = status === "draining";
    byId("reload", HTMLButtonElement).disabled = status === "draining";
  }

  /**
   * @param {State["config"]["last_reload"]} reload
   * @param {number} now
   */
  #showReload(reload, now) {
    const isBad = reload?.ok === false;
    const element = byId("last-reload", HTMLElement);
    setAttribute(element, "data-tone", isBad ? "bad" : "idle");
    setText(element, visible(reloadText(reload, now), FULL_LENGTH));
    const notes = isBad ? reload.notes : [];
    const isSaid = JSON.stringify(notes) === this.#said;
    this.#reloadNotes.show(isSaid ? [] : notes);
  }

  /**
   * Asks for the text when another one is served than is shown.
   *
   * @param {State} state
   */
  async #showText(state) {
    if (this.#served === servedBy(state)) return;
    this.#served = servedBy(state);
    try {
      const full = await this.#api.stateWithConfig();
      this.#served = servedBy(full);
      // An older server has no such field.
      const { file, text, included = [] } = full.config;
      this.#text.show([{ file, text }, ...included]);
    } catch {
      // It is asked for again with the next state.
      this.#served = "";
    }
  }

  async #reload() {
    const agreed = await confirmed({
      title: "Reload the config?",
      text:
        "The config is read again. New workers take over; open connections continue. An invalid config changes nothing.",
      action: "Reload",
    });
    if (!agreed) return;
    await this.#do("Reloading…", async () => {
      /** @type {ReloadAnswer} */
      const { generation, changes } = await this.#api.change("/api/reload");
      const words = changes.length === 0 ? ["Nothing changed."] : changes;
      return `Generation ${generation} accepts.\n${words.join("\n")}`;
    });
  }

  async #drain() {
    const agreed = await confirmed({
      title: "Drain and stop?",
      text:
        "No new connections are accepted. The process and this page end when the open connections have ended or the drain timeout has passed.",
      action: "Drain and stop",
    });
    if (!agreed) return;
    await this.#do("Draining…", async () => {
      /** @type {DrainAnswer} */
      const answer = await this.#api.change("/api/drain");
      return `Draining ${countText(answer.connections)} connections, for ${
        durationText(answer.drain_seconds)
      } at most.`;
    });
  }

  async #setLevel() {
    const level = this.#level.value;
    await this.#do(`Setting the log level…`, async () => {
      await this.#api.change("/api/log", { level });
      return `The log level is ${level}.`;
    });
  }

  /**
   * @param {string} doing
   * @param {() => Promise<string>} does Gives what came of it.
   */
  async #do(doing, does) {
    this.#say(doing, []);
    try {
      this.#say(await does(), []);
    } catch (error) {
      const notes = error instanceof ApiFailure ? error.notes : [];
      this.#say(`It failed: ${failureText(error)}`, notes);
    }
    this.#changed();
  }

  /**
   * @param {string} text
   * @param {readonly ConfigNote[]} notes
   */
  #say(text, notes) {
    setText(byId("config-said", HTMLElement), visibleLines(text));
    this.#saidNotes.show(notes);
    this.#said = JSON.stringify(notes);
  }
}

/**
 * What changes when another config is served.
 *
 * @param {State} state
 */
function servedBy({ pid, generation, config }) {
  return `${pid} ${generation} ${config.loaded_at}`;
}

/**
 * @param {State["config"]["last_reload"]} reload
 * @param {number} now
 */
function reloadText(reload, now) {
  if (reload === null) return "Not reloaded since the start.";
  const { at, ok, error = "no reason given" } = reload;
  return `The last reload, ${agoText(now - at)}, ${
    ok ? "succeeded" : `failed: ${error}`
  }.`;
}
