/** The config of a real process in the page, and the page on a phone. */
import { assertEquals } from "@std/assert";
import type { Page } from "../../support/browser.ts";
import { inBrowser, PHONE } from "../../support/browser.ts";
import { helloRecord } from "../../support/client_hello.ts";
import { nextLine, reload } from "../../support/config_file.ts";
import { rowOf, showView } from "../../support/page_views.ts";
import { forwardTo } from "../../support/passthru.ts";
import { programTest } from "../../support/programs.ts";
import { served, type ServedPage } from "../../support/served_page.ts";
import { bytesOf } from "../../support/tcp.ts";
import { closedAddress } from "../../support/upstream.ts";
import { until, within } from "../../support/wait.ts";

programTest(
  ["chromium"],
  "a real passthru: the page reloads its config, says what is wrong with it, and sets its log level",
  async () => {
    await using server = await served();
    const { file, passthru } = server;
    const expected = /422 \(Unprocessable/;
    await inBrowser(server.origin, { expected }, async (page) => {
      await showView(page, "Config");
      const reload = async () => {
        await page.getByRole("button", { name: "Reload …" }).click();
        await page.getByRole("alertdialog")
          .getByRole("button", { name: "Reload" }).click();
      };
      const more = { workers: 1, log: { level: "warn" } };
      await file.write(server.config({ SSH: forwardTo(server.target) }, more));
      await reload();
      await page.getByRole("status").getByText("Generation 2 accepts.")
        .waitFor();
      await page.locator("#total-generation", { hasText: /^2$/ }).waitFor();
      const level = page.getByLabel("Log level");
      await until(
        "the level of the config",
        async () => await level.inputValue() === "warn" || null,
      );
      await page.locator("#config-text").getByText('"SSH": {').waitFor();

      await assertBadConfigSaid(page, server, reload);
      await level.selectOption("debug");
      await page.getByText("The log level is debug.").waitFor();
      assertEquals((await server.api.state()).log.level, "debug");
      // Below the level of the config.
      const line = nextLine(passthru, ({ msg }) => msg === "connection");
      await (await server.visit({ host: "a.example" })).end();
      assertEquals((await within("its line", line))["level"], "info");
    });
  },
);

/** Reloads a bad config, and looks for what is wrong with it. */
async function assertBadConfigSaid(
  page: Page,
  { file, config }: ServedPage,
  reload: () => Promise<void>,
): Promise<void> {
  await file.write(config({}, { workers: -1, admn: {} }));
  await reload();
  await page.getByText(`It failed: ${file.path} has errors`).waitFor();
  const said = page.locator("#config-said-notes li");
  await said.getByText(/found -1, expected a whole number/).waitFor();
  await said.getByText(/Unknown field "admn".*did you mean "admin"/)
    .waitFor();
  await page.getByText(/^The last reload, .* failed: /).waitFor();
  // Who comes later sees it, too; and a good config goes on.
  await page.reload();
  const notes = page.locator("#reload-notes li");
  await notes.getByText(`${file.path}:`).first().waitFor();
  assertEquals(await notes.count(), 2);
  await page.locator("#total-generation", { hasText: /^2$/ }).waitFor();
}

programTest(
  ["chromium"],
  "a real passthru: on a phone no view is wider than the screen, whatever has come",
  async () => {
    const down = { action: "FORWARD", to_addr: [closedAddress()] };
    // A protocol without rules is a warning, with the file's path as its place.
    const protocols = { SSH: { CATCHALL: down }, REDIS: {} };
    await using server = await served(protocols);
    const visits = [
      await server.visit({ host: "a.example", path: `/${"W".repeat(2000)}` }),
      await server.open(helloRecord({ sni: `${"w".repeat(63)}.example` })),
      await server.visit({ host: "<svg/onload=alert(1)>" }),
      await server.open(bytesOf("SSH-2.0-x\r\n")),
    ];
    await inBrowser(server.origin, { viewport: PHONE }, async (page) => {
      await page.locator("#total-connections", { hasText: /^4$/ }).waitFor();
      const views = page.getByRole("navigation", { name: "Views" });
      for (const name of await views.getByRole("link").allTextContents()) {
        await showView(page, name);
        await page.locator("main > section:not([hidden]) :is(td, pre)").first()
          .waitFor({ state: "attached" });
        await assertFits(page, name);
      }
      await showView(page, "Targets");
      const bad = page.locator("#targets-table tr", { hasText: "100.0 %" });
      await bad.getByText("1", { exact: true }).first().waitFor();
      await showView(page, "Connections");
      for (const { id } of visits) {
        await rowOf(page, id).getByRole("button").click();
        await page.getByText("Decided by the first").waitFor();
        await assertFits(page, `connection ${id}`);
        await page.keyboard.press("Escape");
      }
    });
    await visits[0]!.end();
    await visits[1]!.end();
    await visits[2]!.closed();
    await visits[3]!.closed();
  },
);

/** Fails when the page or its dialog is wider than the screen. */
async function assertFits(page: Page, where: string): Promise<void> {
  const wider = await page.evaluate(
    "[document.documentElement, document.getElementById('detail')]" +
      ".map((e) => e.scrollWidth - e.clientWidth)",
  );
  assertEquals(wider, [0, 0], where);
}

programTest(
  ["chromium"],
  "a real passthru: the page shows the files that the config includes, and leads to a warning in one",
  async () => {
    await using server = await served();
    const { file } = server;
    await Deno.mkdir(`${file.folder}/routes.d`);
    const path = `${file.folder}/routes.d/more.jsonc`;
    const [name] = Object.keys(
      (server.config() as { servers: object }).servers,
    );
    const more = JSON.stringify(
      { servers: { [name!]: { MQTT: {} } } },
      null,
      1,
    );
    await Deno.writeTextFile(path, more);
    const config = server.config(undefined, { include: ["routes.d/*.jsonc"] });
    const line = await reload(server.passthru, file, config);
    assertEquals(line["msg"], "reloaded");
    await inBrowser(server.origin, {}, async (page) => {
      await showView(page, "Config");
      const files = page.locator("#config-shown");
      await files.waitFor();
      assertEquals(await files.locator("option").allInnerTexts(), [
        file.path,
        path,
      ]);
      const text = page.locator("#config-text");
      await text.getByText('"include"').waitFor();
      await page.locator("#config-notes li button.place").click();
      await text.getByText('"MQTT": {}').waitFor();
      await page.locator("#config-mark").waitFor();
      await files.selectOption(file.path);
      await text.getByText('"include"').waitFor();
      await page.locator("#config-mark").waitFor({ state: "hidden" });
    });
  },
);
