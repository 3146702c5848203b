/** Making and changing elements. Text goes in as text, never as markup. */

/**
 * The element that has this id in `page.html`.
 *
 * @template {Element} T
 * @param {string} id
 * @param {new () => T} type
 * @returns {T}
 */
export function byId(id, type) {
  const found = document.getElementById(id);
  if (found instanceof type) return found;
  throw new Error(`The page has no ${type.name} "${id}"`);
}

/**
 * A new element. Strings among the children become text nodes.
 *
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Readonly<Record<string, string>>} [attributes]
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function make(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

/**
 * Changes the text of an element where it is another.
 *
 * @param {Element} element
 * @param {string} text
 */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/**
 * Changes an attribute where it is another; `null` takes it away.
 *
 * @param {Element} element
 * @param {string} name
 * @param {string | null} value
 */
export function setAttribute(element, name, value) {
  if (element.getAttribute(name) === value) return;
  if (value === null) element.removeAttribute(name);
  else element.setAttribute(name, value);
}

/**
 * Makes these the children of an element, in this order; what is in its place
 * already is not touched, and so keeps its focus.
 *
 * @param {Element} parent
 * @param {readonly Element[]} children
 */
export function keepChildren(parent, children) {
  const wanted = new Set(children);
  for (const child of [...parent.children]) {
    if (!wanted.has(child)) child.remove();
  }
  let place = parent.firstElementChild;
  for (const child of children) {
    if (child === place) place = place.nextElementSibling;
    else parent.insertBefore(child, place);
  }
}

/**
 * Fills a select with options and keeps what is chosen, even when it has gone.
 *
 * @param {HTMLSelectElement} select Its first option stays.
 * @param {readonly string[]} values
 * @param {(value: string) => string} text
 */
export function keepOptions(select, values, text) {
  const chosen = select.value;
  const wanted = values.includes(chosen) || chosen === ""
    ? values
    : [chosen, ...values];
  const present = [...select.options].slice(1).map(({ value }) => value);
  if (present.join("\n") === wanted.join("\n")) return;
  while (select.options.length > 1) select.remove(1);
  for (const value of wanted) select.add(new Option(text(value), value));
  select.value = chosen;
}
