/** What is open in the page is in its address and in the browser's history. */
import { assertEquals } from "@std/assert";
import type { Locator, Page } from "../../support/browser.ts";
import { inBrowser } from "../../support/browser.ts";
import { rowOf, showView } from "../../support/page_views.ts";
import { programTest } from "../../support/programs.ts";
import { served, type ServedPage } from "../../support/served_page.ts";

function dialogOf(page: Page, id: number): Locator {
  return page.getByRole("dialog", { name: `Connection #${id}` });
}

/** Waits until the address has this fragment. */
async function atFragment(page: Page, fragment: string): Promise<void> {
  await page.waitForURL((url) => url.hash === fragment);
}

/** Two clients that stay until the test has run. */
async function withVisits(
  run: (server: ServedPage, ids: [number, number]) => Promise<void>,
): Promise<void> {
  await using server = await served();
  const visits = [
    await server.visit({ host: "a.example" }),
    await server.visit({ host: "b.example" }),
  ] as const;
  await run(server, [visits[0].id, visits[1].id]);
  for (const visit of visits) await visit.end();
}

programTest(
  ["chromium"],
  "the page: an open connection is in the address; back closes it, forward opens it",
  () =>
    withVisits(async (server, [id]) => {
      await inBrowser(server.origin, {}, async (page) => {
        await showView(page, "Connections");
        await rowOf(page, id).getByRole("button").click();
        await dialogOf(page, id).getByText("a.example").first().waitFor();
        await atFragment(page, `#connections/${id}`);

        await page.goBack();
        await dialogOf(page, id).waitFor({ state: "hidden" });
        await atFragment(page, "#connections");
        await page.goForward();
        await dialogOf(page, id).waitFor();
        await atFragment(page, `#connections/${id}`);

        // To close it is to go back: the entry before is that of another view.
        await page.keyboard.press("Escape");
        await dialogOf(page, id).waitFor({ state: "hidden" });
        await atFragment(page, "#connections");
        await page.goBack();
        await page.getByRole("heading", { name: "Traffic", level: 2 })
          .waitFor();
      });
    }),
);

programTest(
  ["chromium"],
  "the page: an address with a connection opens it, in another tab and after a reload",
  () =>
    withVisits(async (server, [id]) => {
      await inBrowser(server.origin, {}, async (page) => {
        await page.goto(`${server.origin}/#connections/${id}`);
        await page.reload();
        const dialog = dialogOf(page, id);
        await dialog.locator("#detail-facts").getByText("a.example").waitFor();
        await dialog.getByRole("button", { name: "Done" }).click();
        await dialog.waitFor({ state: "hidden" });
        await atFragment(page, "#connections");
        await rowOf(page, id).waitFor();
      });
    }),
);

programTest(
  ["chromium"],
  "the page: an address with a connection that there is not says so, one with none shows the view",
  () =>
    withVisits(async (server) => {
      await inBrowser(server.origin, { expected: /404/ }, async (page) => {
        await page.goto(`${server.origin}/#connections/999999999`);
        await dialogOf(page, 999_999_999)
          .getByText("Unknown connection: it ended").waitFor();
        await page.goto(`${server.origin}/#connections/<b>`);
        await page.getByRole("dialog").waitFor({ state: "hidden" });
        await page.getByRole("heading", { name: "Connections", level: 2 })
          .waitFor();
      });
    }),
);

programTest(
  ["chromium"],
  "the page: a connection that is opened while the browser goes back from another is the one that shows",
  () =>
    withVisits(async (server, [first, second]) => {
      await inBrowser(server.origin, {}, async (page) => {
        await showView(page, "Connections");
        await rowOf(page, first).getByRole("button").click();
        await dialogOf(page, first).waitFor();
        const other = await rowOf(page, second).locator("button")
          .elementHandle();
        await page.evaluate(async (button) => {
          const { document, HTMLElement } = globalThis as unknown as {
            document: {
              getElementById(id: string): EventTarget & { close(): void };
            };
            HTMLElement: { prototype: { click(): void } };
          };
          const dialog = document.getElementById("detail");
          const closed = new Promise((resolve) =>
            dialog.addEventListener("close", resolve, { once: true })
          );
          dialog.close();
          await closed;
          HTMLElement.prototype.click.call(button);
        }, other);
        await dialogOf(page, second).getByText("b.example").first().waitFor();
        await atFragment(page, `#connections/${second}`);
        await page.goBack();
        await dialogOf(page, second).waitFor({ state: "hidden" });
        await atFragment(page, "#connections");
        assertEquals(await page.getByRole("dialog").count(), 0);
      });
    }),
);
