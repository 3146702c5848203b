/** Asking before something is done that cannot be undone. */
import { byId, setText } from "./dom.js";

/**
 * @typedef {object} Question
 * @property {string} title
 * @property {string} text What will happen.
 * @property {string} action What the button that does it says.
 */

/**
 * Asks in a dialog; the focus goes back to where it was.
 *
 * @param {Question} question
 * @returns {Promise<boolean>} Whether to do it.
 */
export function confirmed({ title, text, action }) {
  const dialog = byId("confirm", HTMLDialogElement);
  setText(byId("confirm-title", HTMLElement), title);
  setText(byId("confirm-text", HTMLElement), text);
  setText(byId("confirm-yes", HTMLButtonElement), action);
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener(
      "close",
      () => resolve(dialog.returnValue === "yes"),
      { once: true },
    );
  });
}

/** Makes the buttons of the dialog work; once. */
export function prepareConfirm() {
  const dialog = byId("confirm", HTMLDialogElement);
  for (const answer of ["yes", "no"]) {
    byId(`confirm-${answer}`, HTMLButtonElement).addEventListener(
      "click",
      () => dialog.close(answer),
    );
  }
}
