/** The page beside thousands of connections. */
import { assertEquals } from "@std/assert";
import type { Page } from "../../support/browser.ts";
import { AdminFixture } from "../../support/admin_fixture.ts";
import { inBrowser } from "../../support/browser.ts";
import { programTest } from "../../support/programs.ts";
import { until } from "../../support/wait.ts";

const LIVE = 4000;
const REPORTS_A_SECOND = 100;

/** Counts in the page what is put into the table and taken out of it. */
function countRows(page: Page): Promise<void> {
  return page.evaluate(`{
    globalThis.changedRows = 0;
    new MutationObserver((records) => {
      for (const { addedNodes, removedNodes } of records) {
        globalThis.changedRows += addedNodes.length + removedNodes.length;
      }
    }).observe(document.querySelector("#connections-table tbody"), {
      childList: true,
    });
  }`);
}

function answers(page: Page, count: number): Promise<void> {
  return new Promise((resolve) => {
    page.on("response", (response) => {
      if (response.url().includes("/api/connections?") && --count === 0) {
        resolve();
      }
    });
  });
}

programTest(
  ["chromium"],
  "of 4 000 connections so many are drawn as are asked for, and what stays is not touched",
  async () => {
    await using fixture = new AdminFixture();
    for (let i = 0; i < LIVE; i++) {
      fixture.open({ facts: { sni: `host-${i}.example` } });
    }
    await inBrowser(fixture.origin, {}, async (page) => {
      await page.goto(`${fixture.origin}/#connections`);
      await page.getByText("100 of 4\u202f000", { exact: true }).waitFor();
      const rows = page.locator("#connections-table tbody tr");
      assertEquals(await rows.count(), 100);
      await countRows(page);
      await answers(page, 3);
      assertEquals(
        await page.evaluate("changedRows"),
        0,
        "keyed by connection",
      );
      await page.getByLabel("Rows").selectOption("500");
      await page.getByText("500 of 4\u202f000", { exact: true }).waitFor();
      assertEquals(await rows.count(), 500);
    });
  },
);

programTest(
  ["chromium"],
  "typing finds among 4 000 connections while 100 a second end",
  async () => {
    await using fixture = new AdminFixture();
    for (let i = 0; i < LIVE; i++) {
      fixture.open({ facts: { sni: `host-${i}.example` } });
    }
    let next = 1;
    const flood = setInterval(() => {
      for (let i = 0; i < REPORTS_A_SECOND / 10; i++) {
        fixture.open({ facts: { sni: "flood.example" } });
        fixture.end(next++, "client_eof");
      }
    }, 100);
    try {
      await inBrowser(fixture.origin, {}, async (page) => {
        await page.goto(`${fixture.origin}/#connections`);
        await until("a reader of the events", () => fixture.readers || null);
        const rows = page.locator("#connections-table tbody tr");
        await rows.nth(99).waitFor();
        await page.getByRole("searchbox").pressSequentially("host-3999.ex");
        await page.getByText("host-3999.example").waitFor();
        await until(
          "the others to go",
          async () => await rows.count() === 1 || null,
        );
        assertEquals(
          await page.getByRole("searchbox").inputValue(),
          "host-3999.ex",
        );
        await page.getByRole("button", { name: "Clear" }).click();
        await page.locator("#connections-count", { hasText: "100 of" })
          .waitFor();
        assertEquals(await rows.count(), 100);
        await page.getByRole("button", { name: "Pause" }).click();
        await countRows(page);
        const state = page.waitForResponse("**/api/state*");
        await state;
        await page.waitForResponse("**/api/state*");
        assertEquals(await page.evaluate("changedRows"), 0, "it stands still");
      });
    } finally {
      clearInterval(flood);
    }
  },
);
