/**
 * The page that the admin server answers `/` with: one document that needs
 * nothing else. Its parts are imported as text, so that they come along into an
 * executable, and no permission to read is asked for.
 *
 * The scripts are JavaScript whose types stand in comments: what is checked is
 * what the browser runs, and nothing that is generated can get stale.
 *
 * @module
 */
import { createHash } from "node:crypto";
import base from "./base.css" with { type: "text" };
import controls from "./controls.css" with { type: "text" };
import connections from "./connections.css" with { type: "text" };
import connectionsView from "./connections.html" with { type: "text" };
import dialogBoxes from "./dialogs.html" with { type: "text" };
import dialogs from "./dialogs.css" with { type: "text" };
import frame from "./frame.css" with { type: "text" };
import narrow from "./narrow.css" with { type: "text" };
import states from "./states.css" with { type: "text" };
import tables from "./tables.css" with { type: "text" };
import traffic from "./traffic.css" with { type: "text" };
import page from "./page.html" with { type: "text" };
import { joinScripts } from "./join_scripts.ts";
import { SCRIPTS } from "./scripts.ts";

/** The page, and what it may do. */
export interface Page {
  /** The document. It holds no data: scripts in it ask for that. */
  readonly html: string;
  /**
   * The value of its `Content-Security-Policy`: no script and no style but its
   * own, no request but to its own origin, nothing frames it.
   */
  readonly csp: string;
}

/** In an order in which what is special comes after what is common. */
const STYLES = [
  base,
  frame,
  controls,
  states,
  tables,
  connections,
  traffic,
  dialogs,
  narrow,
];

/**
 * The page. It is put together at each call: call it once.
 *
 * @throws {SyntaxError} When its scripts cannot be joined: a defect.
 */
export function pageHtml(): Page {
  const style = STYLES.join("\n");
  const script = joinScripts(SCRIPTS);
  const html = page
    .replace("<!-- connections -->", () => connectionsView)
    .replace("<!-- dialogs -->", () => dialogBoxes)
    .replace("<!-- style -->", () => `<style>${style}</style>`)
    .replace(
      "<!-- script -->",
      () => `<script type="module">${script}</script>`,
    );
  return { html, csp: contentSecurityPolicy({ style, script }) };
}

function contentSecurityPolicy(
  { style, script }: { readonly style: string; readonly script: string },
): string {
  return [
    "default-src 'none'",
    `script-src ${hashSource(script)}`,
    `style-src ${hashSource(style)}`,
    "connect-src 'self'",
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
}

/** Names a text by its hash (CSP Level 3, section 2.3.1). */
function hashSource(text: string): string {
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}
