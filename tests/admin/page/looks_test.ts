/** What can be told of the looks by a program: room, contrast, names. */
import {
  assertEquals,
  assertNotStrictEquals,
  assertStrictEquals,
} from "@std/assert";
import type { Page } from "../../support/browser.ts";
import { AdminFixture } from "../../support/admin_fixture.ts";
import { inBrowser, PHONE } from "../../support/browser.ts";
import { programTest } from "../../support/programs.ts";

/** Least contrast of text that is not large (WCAG 2.2, 1.4.3). */
const LEAST_CONTRAST = 4.5;

/** Calls a function with each view shown, and with the dialog of a connection. */
async function everywhere(page: Page, look: (where: string) => Promise<void>) {
  for (
    const link of await page.getByRole("navigation").getByRole("link").all()
  ) {
    await link.click();
    // No `waitForFunction`: the page's policy lets it look once, and no more.
    await page.locator("main > section:not([hidden]) :is(td, pre)").first()
      .waitFor({ state: "attached" });
    await look(await link.textContent() ?? "");
  }
  await page.getByRole("link", { name: "Connections" }).click();
  await page.locator("#connections-table tbody tr").first().click();
  await page.getByText("Decided by the first").waitFor();
  await look("detail");
}

function busyServer(): AdminFixture {
  const fixture = new AdminFixture();
  fixture.state.workers = [
    { generation: 1, worker: 0, state: "serving", connections: 2 },
  ];
  const { id } = fixture.open();
  fixture.open();
  fixture.end(id, "dial_failed", { error: "connection refused" });
  return fixture;
}

programTest(
  ["chromium"],
  "on a phone nothing is wider than the screen",
  async () => {
    await using fixture = busyServer();
    await inBrowser(fixture.origin, { viewport: PHONE }, async (page) => {
      await everywhere(page, async (where) => {
        const wide = await page.evaluate(
          "document.documentElement.scrollWidth",
        );
        assertEquals(wide, PHONE.width, where);
      });
      await page.keyboard.press("Escape");
      await page.getByRole("button", { name: "Filters" }).click();
      await page.getByLabel("Close reason").waitFor();
    });
  },
);

/**
 * Texts in the page, in JavaScript, whose contrast to what is behind them is less
 * than it is given.
 */
const FAINT_TEXTS = (least: number) => {
  // deno-lint-ignore no-explicit-any
  const { document, getComputedStyle, NodeFilter } = globalThis as any;
  const parts = (colour: string) =>
    (colour.match(/[\d.]+/g) ?? []).map(Number) as number[];
  const light = (colour: string) => {
    const [r = 0, g = 0, b = 0] = parts(colour).slice(0, 3).map((part) => {
      const share = part / 255;
      return share <= 0.04045
        ? share / 12.92
        : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  // deno-lint-ignore no-explicit-any
  const ground = (element: any): string => {
    const colour = getComputedStyle(element).backgroundColor;
    if ((parts(colour)[3] ?? 1) === 1) return colour;
    return element.parentElement
      ? ground(element.parentElement)
      : "rgb(255,255,255)";
  };
  const faint: string[] = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const { parentElement: element, data } = walker.currentNode;
    if (data.trim() === "" || !element.checkVisibility()) continue;
    if (
      ["SCRIPT", "STYLE"].includes(element.tagName) ||
      element.closest("svg, :disabled")
    ) continue;
    const [a, b] = [
      light(getComputedStyle(element).color),
      light(ground(element)),
    ];
    const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (contrast < least) faint.push(`${contrast.toFixed(2)}: ${data.trim()}`);
  }
  return faint;
};

for (const colorScheme of ["light", "dark"] as const) {
  programTest(
    ["chromium"],
    `text stands out from its ground (${colorScheme})`,
    async () => {
      await using fixture = busyServer();
      await inBrowser(fixture.origin, { colorScheme }, async (page) => {
        await everywhere(page, async (where) => {
          assertEquals(
            await page.evaluate(FAINT_TEXTS, LEAST_CONTRAST),
            [],
            where,
          );
        });
      });
    },
  );
}

programTest(
  ["chromium"],
  "everything that can be used has a name",
  async () => {
    await using fixture = busyServer();
    await inBrowser(fixture.origin, {}, async (page) => {
      await everywhere(page, async (where) => {
        const snapshot = await page.locator("body").ariaSnapshot();
        const nameless = snapshot.split("\n").filter((line) =>
          /- (?:button|link|textbox|searchbox|combobox|radio|slider|dialog|table|region|form)(?:$|[: ](?!"))/
            .test(line)
        );
        assertEquals(nameless, [], where);
      });
    });
  },
);

programTest(
  ["chromium"],
  "the theme that was chosen is there after a reload",
  async () => {
    await using fixture = new AdminFixture();
    await inBrowser(fixture.origin, { colorScheme: "light" }, async (page) => {
      const ground = () =>
        page.evaluate("getComputedStyle(document.body).backgroundColor");
      const light = await ground();
      await page.getByLabel("Theme").selectOption("Dark");
      const dark = await ground();
      assertNotStrictEquals(dark, light);
      await page.reload();
      await page.getByText("ready", { exact: true }).waitFor();
      assertStrictEquals(await ground(), dark);
    });
  },
);
