/** Text of clients that wants to be more than text. */
import { assert, assertEquals, assertNotMatch } from "@std/assert";
import type { Page } from "../../support/browser.ts";
import type { ConnectionView } from "../../../src/admin/api.ts";
import { AdminFixture } from "../../support/admin_fixture.ts";
import { connectionDetail } from "../../support/admin_views.ts";
import { inBrowser, PHONE } from "../../support/browser.ts";
import { programTest } from "../../support/programs.ts";

const HOSTILE = [
  "<img src=x onerror=alert(1)>",
  '"><script>alert(2)</script>',
  "'-alert(3)-'",
  "javascript:alert(4)",
  "</textarea></title><svg onload=alert(5)>",
  "{{constructor.constructor('alert(6)')()}}",
  "${alert(7)}",
  "exe\u202Ecod.example",
  "nul\0 bell\x07 escape\x1b[2J line\nbreak\u2028",
  "__proto__",
  "W".repeat(10_240),
  "لوحة.example",
  "Z̶̢̛̤̙".repeat(50),
];

/** A connection all of whose texts are this one. */
function hostileView(text: string): Partial<ConnectionView> {
  return {
    client: text,
    proxy: text,
    unique_id: text,
    listener: text,
    protocol: text,
    facts: { sni: text, [text]: [text, text], path: text },
    rule: text,
    name: text,
    target: text,
    error: text,
    retried: text,
    with: text,
  };
}

/** An answer in which clients and config have their say wherever they can. */
function hostileServer(fixture: AdminFixture): void {
  for (const text of HOSTILE) {
    const view = fixture.open(hostileView(text));
    const detail = connectionDetail(view);
    const verdict = { detector: text, offset: 1, byte: text, why: text };
    fixture.details.set(view.id, {
      connection: view,
      explanation: {
        ...detail.explanation!,
        verdicts: [{
          ...verdict,
          verdict: "malformed",
          facts: { [text]: text },
        }],
        lost: [{ rule: text, word: text, wanted: text, found: [text] }],
        notes: [text],
        text,
      },
    });
    Object.assign(fixture.counts.target(text), { note: text, healthy: false });
  }
  const [text = ""] = HOSTILE;
  const note = {
    place: `${text}:1:1`,
    severity: "error",
    message: text,
  } as const;
  fixture.state.config = {
    file: text,
    loaded_at: 0,
    text: HOSTILE.join("\n"),
    included: [{ file: text, text: HOSTILE.join("\n") }],
    notes: [note],
    refused: [{ file: text, in_use: "nothing", errors: 1, notes: [note] }],
    last_reload: { at: 0, ok: false, error: text, notes: [note] },
  };
}

/** Elements that only markup in a text can have made. */
const MADE = "img, iframe, object, body svg[onload], body script:not([type])";

/** Fails when a text has become markup, or takes more room than there is. */
async function assertInPlace(page: Page, what: string): Promise<void> {
  assertEquals(await page.locator(MADE).count(), 0, what);
  const wider = await page.evaluate(
    "document.documentElement.scrollWidth - innerWidth",
  );
  assertEquals(wider, 0, what);
}

async function lookAtViews(page: Page): Promise<void> {
  const seen = page.getByText(/<img src=x onerror=alert\(1\)>/)
    .locator("visible=true").first();
  const views = page.getByRole("navigation").getByRole("link");
  for (const link of await views.all()) {
    await link.click();
    const name = await link.textContent() ?? "";
    if (name !== "Process") await seen.waitFor();
    await assertInPlace(page, name);
  }
}

async function lookAtDetails(page: Page): Promise<void> {
  await page.getByRole("link", { name: "Connections" }).click();
  const rows = page.locator("#connections-table tbody tr");
  assertEquals(await rows.count(), HOSTILE.length);
  for (const [index, text] of [...HOSTILE].reverse().entries()) {
    await rows.nth(index).getByRole("button").click();
    const dialog = page.getByRole("dialog");
    await dialog.locator("#notes li").waitFor();
    await dialog.locator("summary").click();
    await assertInPlace(page, text);
    const fits = await dialog.evaluate((e) => e.scrollWidth <= e.clientWidth);
    assert(fits, `the dialog of ${text}`);
    await dialog.locator("summary").click();
    await page.keyboard.press("Escape");
  }
}

const SIZES = { wide: {}, narrow: { viewport: PHONE } };
for (const [size, context] of Object.entries(SIZES)) {
  const name = `whatever clients send stays text, and in its place (${size})`;
  programTest(["chromium"], name, async () => {
    await using fixture = new AdminFixture();
    hostileServer(fixture);
    await inBrowser(fixture.origin, context, async (page) => {
      await lookAtViews(page);
      await lookAtDetails(page);
      const all = await page.locator("body").innerText();
      assert(all.includes("exe\\u{202e}cod.example"), "bidi is written out");
      assert(all.includes("nul\\u{0} bell\\u{7}"), "and so are controls");
      // deno-lint-ignore no-control-regex
      assertNotMatch(all, /[\0\x07\x1b\u202E\u2028]/);
      assert(all.includes("(10240 characters)"), "and cut what is long");
    });
  });
}
