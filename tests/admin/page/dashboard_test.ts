/** The page in a browser, over a server with clients. */
import { assertEquals, assertMatch, assertNotStrictEquals } from "@std/assert";
import type { Page } from "../../support/browser.ts";
import { inBrowser } from "../../support/browser.ts";
import { pretended } from "../../support/page_server.ts";
import { programTest } from "../../support/programs.ts";
import { until } from "../../support/wait.ts";

/** The row of a connection. */
function rowOf(page: Page, id: number) {
  return page.locator("#connections-table tbody tr").filter({
    has: page.getByText(`#${id}`, { exact: true }),
  });
}

programTest(
  ["chromium"],
  "the page loads, says how things stand, and shows every view",
  async () => {
    await using server = pretended();
    await server.visit({ host: "a.example" });
    await inBrowser(server.origin, {}, async (page) => {
      await page.getByText("ready", { exact: true }).waitFor();
      assertEquals(await page.title(), "passthru: ready");
      await page.locator("#total-open", { hasText: /^1$/ }).waitFor();
      const views = page.getByRole("navigation", { name: "Views" });
      for (const link of await views.getByRole("link").all()) {
        await link.click();
        const name = (await link.textContent())!;
        await page.getByRole("heading", { name, level: 2 }).waitFor();
        assertEquals(await link.getAttribute("aria-current"), "page");
        assertEquals(await page.locator("main > section:visible").count(), 1);
      }
    });
  },
);

programTest(
  ["chromium"],
  "the graphs and their table move under traffic",
  async () => {
    await using server = pretended();
    const first = await server.visit({ host: "a.example" });
    await inBrowser(server.origin, {}, async (page) => {
      const row = page.locator("#traffic-table tbody tr", { hasText: "HTTP" });
      await row.waitFor();
      const areas = page.locator("#connections-graph path, #bytes-graph path");
      const shape = () =>
        areas.evaluateAll((paths) =>
          paths.map((path) => path.getAttribute("d"))
        );
      await until(
        "two areas",
        async () => (await shape()).length === 2 || null,
      );
      const before = await shape();
      await first.transfer(3_000_000);
      for (let i = 0; i < 5; i++) await server.visit({ host: "b.example" });
      await row.getByText(/[\d.]+ [KM]iB\/s/).first().waitFor();
      await row.locator("td", { hasText: /^6$/ }).first().waitFor();
      const after = await shape();
      assertNotStrictEquals(after[0], before[0], "new connections");
      assertNotStrictEquals(after[1], before[1], "bytes");
      await page.locator("#grouping").getByText("Target").click();
      await page.locator("#traffic-table tbody tr", { hasText: ":9000" })
        .waitFor();
      const graph = page.getByRole("slider", { name: "New connections" });
      await graph.focus();
      await page.keyboard.press("Home");
      assertMatch(
        await graph.getAttribute("aria-valuetext") ?? "",
        /^\d\d:\d\d:\d\d: 127\.0\.0\.1:\d+ [\d.]+\/s$/,
      );
      await page.locator("#connections-graph .tip").waitFor();
    });
  },
);

programTest(
  ["chromium"],
  "a connection appears, and a click explains it",
  async () => {
    await using server = pretended();
    await inBrowser(server.origin, {}, async (page) => {
      await page.getByRole("link", { name: "Connections" }).click();
      await page.getByText("Connect a client to one of").waitFor();
      const { id, transfer } = await server.visit({
        host: "shop.example",
        path: "/cart",
      });
      const row = rowOf(page, id);
      await row.getByText("shop.example", { exact: true }).waitFor();
      await row.getByText("HTTP", { exact: true }).waitFor();
      await transfer(2048);
      await row.getByText("2.00 KiB").first().waitFor();
      await row.getByText("shop.example", { exact: true }).click();
      const dialog = page.getByRole("dialog", { name: `Connection #${id}` });
      await dialog.getByRole("heading", { name: "Why it went this way" })
        .waitFor();
      const match = dialog.getByRole("row", { name: /HTTP match/ });
      await match.getByText(/^\d+ \(0x[0-9a-f]{2}\)$/).waitFor();
      await match.getByText(/host=shop\.example/).waitFor();
      await dialog.getByText("as passthru explain prints it").click();
      await dialog.locator("pre").getByText("DETECTOR").waitFor();
    });
  },
);

programTest(
  ["chromium"],
  "the keyboard alone finds a connection, explains it and comes back",
  async () => {
    await using server = pretended();
    const older = await server.visit({ host: "older.example" });
    const newer = await server.visit({ host: "newer.example" });
    await inBrowser(server.origin, {}, async (page) => {
      await page.keyboard.press("Tab");
      await page.keyboard.press("Enter");
      assertEquals(await page.evaluate("document.activeElement.id"), "main");
      await page.getByRole("link", { name: "Connections" }).focus();
      await page.keyboard.press("Enter");
      const button = (id: number) => rowOf(page, id).getByRole("button");
      await button(newer.id).waitFor();
      await page.getByRole("searchbox").focus();
      const focused = () => page.evaluate("document.activeElement.textContent");
      await until("the first row by Tab", async () => {
        await page.keyboard.press("Tab");
        return await focused() === `#${newer.id}` || null;
      });
      await page.keyboard.press("ArrowDown");
      assertEquals(await focused(), `#${older.id}`);
      await page.keyboard.press("Enter");
      const dialog = page.getByRole("dialog", {
        name: `Connection #${older.id}`,
      });
      await dialog.getByText("Decided by the first").waitFor();
      assertEquals(await focused(), "Done");
      await page.keyboard.press("Escape");
      await dialog.waitFor({ state: "hidden" });
      assertEquals(await focused(), `#${older.id}`);
    });
  },
);

programTest(
  ["chromium"],
  "an open connection can be closed, when it is asked for twice",
  async () => {
    await using server = pretended();
    const { id, closed } = await server.visit({ host: "a.example" });
    await inBrowser(server.origin, {}, async (page) => {
      const posted: Record<string, string>[] = [];
      page.on("request", (request) => {
        if (request.method() === "POST") posted.push(request.headers());
      });
      await page.goto(`${server.origin}/#connections`);
      await rowOf(page, id).click();
      const dialog = page.getByRole("dialog", { name: `Connection #${id}` });
      const close = dialog.getByRole("button", { name: "Close connection" });
      const confirm = page.getByRole("alertdialog");
      await close.click();
      await confirm.getByRole("button", { name: "Cancel" }).click();
      assertEquals(posted, []);
      await close.click();
      await confirm.getByRole("button", { name: "Close connection" }).click();
      await closed();
      await dialog.getByText("closed_by_admin").waitFor();
      await close.waitFor({ state: "hidden" });
      assertEquals(posted.map((headers) => headers["passthru-admin"]), [
        "1",
      ]);
      await dialog.getByRole("button", { name: "Done" }).click();
      await rowOf(page, id).getByText("closed_by_admin").waitFor();
    });
  },
);

programTest(
  ["chromium"],
  "connections can be found, counted and left out",
  async () => {
    await using server = pretended();
    const shop = await server.visit({ host: "shop.example" });
    const blog = await server.visit({ host: "blog.example" });
    await blog.end();
    await inBrowser(server.origin, {}, async (page) => {
      await page.goto(`${server.origin}/#connections`);
      await rowOf(page, blog.id).getByText("client_eof").waitFor();
      await page.getByRole("searchbox").fill("SHOP get");
      await rowOf(page, blog.id).waitFor({ state: "detached" });
      await rowOf(page, shop.id).waitFor();
      await page.getByText("1 connection", { exact: true }).waitFor({
        state: "attached",
      });
      await page.getByRole("searchbox").fill("no such thing");
      await page.getByText("No connection matches these filters.").waitFor();
      await page.getByRole("button", { name: "Clear" }).click();
      await rowOf(page, shop.id).waitFor();
      await page.getByLabel("Which").selectOption("ended");
      await rowOf(page, shop.id).waitFor({ state: "detached" });
      await rowOf(page, blog.id).waitFor();
      await page.getByLabel("Close reason").selectOption("client_eof");
      await page.getByLabel("Which").selectOption("open");
      await rowOf(page, blog.id).waitFor({ state: "detached" });
    });
  },
);
