/** Asks for the token when the server wants one. */
import { byId, setText } from "./dom.js";

/** @import { Api } from "./api.js" */

/** A dialog; who closes it without a token can open it again. */
export class TokenPrompt {
  #api;
  #dialog = byId("token", HTMLDialogElement);
  #input = byId("token-input", HTMLInputElement);
  #entered;
  #wasAsked = false;

  /**
   * @param {Api} api
   * @param {() => void} entered Told when there is a token to try.
   */
  constructor(api, entered) {
    this.#api = api;
    this.#entered = entered;
    byId("token-form", HTMLFormElement).addEventListener("submit", (event) => {
      event.preventDefault();
      this.#take();
    });
    byId("token-cancel", HTMLButtonElement).addEventListener(
      "click",
      () => this.#dialog.close(),
    );
  }

  /** Asks, unless the reader was asked already and said no. */
  ask() {
    if (!this.#wasAsked) this.open();
  }

  /** Asks. */
  open() {
    this.#wasAsked = true;
    if (this.#dialog.open) return;
    setText(
      byId("token-error", HTMLElement),
      this.#api.hasToken ? "This token was not accepted." : "",
    );
    this.#input.value = "";
    this.#dialog.showModal();
    this.#input.focus();
  }

  /** Takes the dialog away: there is an answer. */
  close() {
    this.#wasAsked = false;
    this.#dialog.close();
  }

  #take() {
    const token = this.#input.value.trim();
    // A header can hold nothing else (RFC 6750, section 2.1, and a little more).
    const isSendable = /^[\x21-\x7e]+$/.test(token);
    if (!isSendable) {
      setText(
        byId("token-error", HTMLElement),
        "A token consists of visible ASCII characters.",
      );
      return;
    }
    this.#api.useToken(token);
    this.#wasAsked = false;
    this.#dialog.close();
    this.#entered();
  }
}
