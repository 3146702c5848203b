/** Light, dark, or as the system has it. */
import { byId } from "./dom.js";

const THEME_KEY = "passthru-theme";

/** Takes the theme that was chosen before, and lets choose another. */
export function prepareTheme() {
  const select = byId("theme", HTMLSelectElement);
  select.value = localStorage.getItem(THEME_KEY) ?? "auto";
  // What is stored may be of another version of the page.
  if (select.value === "") select.value = "auto";
  document.documentElement.dataset["theme"] = select.value;
  select.addEventListener("change", () => {
    localStorage.setItem(THEME_KEY, select.value);
    document.documentElement.dataset["theme"] = select.value;
  });
}
