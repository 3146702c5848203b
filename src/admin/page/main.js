/** Puts the page together: asks for the state and gives it to the views. */
import { Api, ApiFailure, failureText } from "./api.js";
import { ConfigView } from "./config_view.js";
import { prepareConfirm } from "./confirm.js";
import { ConnectionsView } from "./connections_view.js";
import { DetailDialog } from "./detail_dialog.js";
import { byId, setText } from "./dom.js";
import { EventStream } from "./event_stream.js";
import { showHeader, showStatus } from "./header.js";
import { Navigation } from "./navigation.js";
import { Poller } from "./poller.js";
import { ProcessView } from "./process_view.js";
import { RulesView } from "./rules_view.js";
import { TargetsView } from "./targets_view.js";
import { prepareTheme } from "./theme.js";
import { TokenPrompt } from "./token_prompt.js";
import { TrafficView } from "./traffic_view.js";
import { visible } from "./visible_text.js";

/** @import { State } from "../api.ts" */
/** @import { View } from "./navigation.js" */
/** @import { Failed } from "./poller.js" */

const STATE_MS = 1000;
/** While nobody looks. */
const HIDDEN_STATE_MS = 10_000;

/** The page. */
class Dashboard {
  /** @type {State | null} */
  #state = null;
  /** @type {Failed | null} */
  #failed = null;
  #api = new Api();
  #traffic = new TrafficView();
  #poller = new Poller(() => this.#refresh(), {
    pauseMs: () => document.hidden ? HIDDEN_STATE_MS : STATE_MS,
    failed: (failed) => this.#fail(failed),
  });
  #detail = new DetailDialog(this.#api, {
    changed: () => this.#connections.refresh(),
    closed: () => this.#navigation.close(),
  });
  #connections = new ConnectionsView(this.#api, (view) => {
    this.#detail.know(view);
    this.#navigation.open(`${view.id}`);
  });
  #token = new TokenPrompt(this.#api, () => this.#retry());
  #config = new ConfigView(this.#api, () => this.#poller.now());
  #events = new EventStream(this.#api, (name, data) => {
    if (name === "reports") this.#connections.report(data);
    else if (name === "dropped") this.#connections.refresh();
    else if (name === "changed") this.#poller.now();
  });
  /** @type {Readonly<Record<string, View>>} */
  #views = {
    traffic: this.#traffic,
    connections: this.#connections,
    targets: new TargetsView(),
    rules: new RulesView(),
    config: this.#config,
    process: new ProcessView(),
  };
  #navigation = new Navigation(this.#views, {
    changed: () => this.#show(),
    opened: (name) => this.#detail.show(name),
  });

  constructor() {
    byId("lost-retry", HTMLButtonElement).addEventListener("click", () => {
      if (this.#wantsToken) this.#token.open();
      else this.#poller.now();
    });
    document.addEventListener("visibilitychange", () => {
      if (document.hidden) this.#events.stop();
      else this.#retry();
    });
    this.#retry();
  }

  get #wantsToken() {
    const error = this.#failed?.error;
    return error instanceof ApiFailure && error.status === 401;
  }

  #retry() {
    this.#poller.now();
    this.#connections.refresh();
  }

  async #refresh() {
    this.#state = await this.#api.state();
    this.#traffic.remember(this.#state);
    if (this.#failed !== null) this.#connections.refresh();
    this.#failed = null;
    byId("lost", HTMLElement).hidden = true;
    this.#token.close();
    if (!document.hidden) this.#events.start();
    this.#show();
  }

  #show() {
    // The navigation shows the first view before there is anything to show.
    const state = this.#state;
    if (state === null || document.hidden) return;
    if (this.#failed === null) showHeader(state);
    this.#views[this.#navigation.current]?.show(state);
  }

  /** @param {Failed} failed */
  #fail(failed) {
    this.#failed = failed;
    this.#events.stop();
    const banner = byId("lost", HTMLElement);
    if (this.#wantsToken) {
      showStatus("token required", "warn");
      setText(byId("lost-text", HTMLElement), "The server requires its token.");
      setText(byId("lost-retry", HTMLElement), "Enter token");
      this.#token.ask();
    } else {
      showStatus("connection lost", "bad");
      setText(byId("lost-text", HTMLElement), this.#lostText(failed));
      setText(byId("lost-retry", HTMLElement), "Try now");
    }
    banner.hidden = false;
  }

  /** @param {Failed} failed */
  #lostText({ error, retryAt }) {
    const seconds = Math.round((retryAt - Date.now()) / 1000);
    const old = this.#state === null ? "" : " The data shown is old.";
    const why = failureText(error);
    return `Connection lost (${
      visible(why, 200)
    }).${old} Next attempt in ${seconds} s.`;
  }
}

prepareTheme();
prepareConfirm();
new Dashboard();
