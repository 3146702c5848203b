/**
 * A real browser for tests, watched for whatever a page must not do. The version
 * of playwright-core is named here and not in `deno.json`, since whatever is
 * named there is downloaded by the first `deno task`.
 */
import { assertEquals } from "@std/assert";
import {
  type BrowserContextOptions,
  chromium,
  type Locator,
  type Page,
} from "npm:playwright-core@1.65.1";
import { program } from "./programs.ts";
import { PATIENCE_MS } from "./wait.ts";

export type { Locator, Page };

/** What {@linkcode inBrowser} may be told. */
export interface BrowserOptions extends BrowserContextOptions {
  /**
   * Console errors that belong to the test: those of answers that are no success
   * cannot be kept out of the console.
   */
  readonly expected?: RegExp;
}

/** The width of a phone. */
export const PHONE = { width: 390, height: 844 };

/**
 * Opens a page in a browser of its own. Fails when the page logged an error, broke
 * its Content-Security-Policy, threw, or asked anything of another origin.
 */
export async function inBrowser(
  origin: string,
  { expected, ...context }: BrowserOptions,
  look: (page: Page) => Promise<void>,
): Promise<void> {
  const browser = await chromium.launch({
    executablePath: program("chromium"),
  });
  try {
    const page = await browser.newPage(context);
    page.setDefaultTimeout(PATIENCE_MS);
    const watched = watch(page, origin);
    await page.goto(`${origin}/`);
    await look(page);
    const wrong = watched.filter((text) => !expected?.test(text));
    assertEquals(wrong, [], "what the page must not do");
  } finally {
    await browser.close();
  }
}

/** Collects what a page must not do. */
function watch(page: Page, origin: string): readonly string[] {
  const wrong: string[] = [];
  page.on("console", (message) => {
    const kind = message.type();
    if (kind === "error" || kind === "warning") wrong.push(message.text());
  });
  page.on("pageerror", (error) => wrong.push(String(error.stack ?? error)));
  page.on("dialog", (dialog) => {
    wrong.push(`A dialog: ${dialog.message()}`);
    dialog.dismiss().catch(() => {});
  });
  page.context().on("page", () => wrong.push("Another page was opened"));
  page.on("framenavigated", (frame) => {
    if (new URL(frame.url()).origin !== origin) wrong.push(`At ${frame.url()}`);
  });
  page.on("request", (request) => {
    const { protocol, origin: asked } = new URL(request.url());
    if (protocol !== "data:" && asked !== origin) {
      wrong.push(`A request to ${request.url()}`);
    }
  });
  return wrong;
}
