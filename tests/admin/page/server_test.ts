/** What the page does when the server wants a token, is away, or is asked to act. */
import { assert, assertEquals } from "@std/assert";
import { AdminFixture } from "../../support/admin_fixture.ts";
import { inBrowser } from "../../support/browser.ts";
import { programTest } from "../../support/programs.ts";
import { until } from "../../support/wait.ts";

programTest(
  ["chromium"],
  "a token is asked for, a wrong one again, and the right one is used",
  async () => {
    await using fixture = new AdminFixture();
    fixture.token = "secret";
    fixture.open();
    const expected = /401 \(Unauthorized\)/;
    await inBrowser(fixture.origin, { expected }, async (page) => {
      const dialog = page.getByRole("dialog", { name: "Token" });
      const field = dialog.getByLabel("Token");
      await field.fill("two words");
      await page.keyboard.press("Enter");
      await dialog.getByText("consists of visible ASCII characters").waitFor();
      await field.fill("wrong");
      await page.keyboard.press("Enter");
      await dialog.getByText("This token was not accepted.").waitFor();
      await dialog.getByRole("button", { name: "Cancel" }).click();
      await page.getByText("The server requires its token.").waitFor();
      await page.getByRole("button", { name: "Enter token" }).click();
      await field.fill("secret");
      await dialog.getByRole("button", { name: "Use token" }).click();
      await page.getByText("ready", { exact: true }).waitFor();
      await page.getByRole("alert").waitFor({ state: "hidden" });
      await page.getByRole("link", { name: "Connections" }).click();
      await page.getByText("#1", { exact: true }).waitFor();
      await until("a reader of the events", () => fixture.readers || null);
      await page.reload();
      await page.getByText("ready", { exact: true }).waitFor();
      assertEquals(await dialog.isVisible(), false, "the tab keeps it");
    });
  },
);

programTest(
  ["chromium"],
  "a lost connection is said, and found again without help",
  async () => {
    await using fixture = new AdminFixture();
    const expected = /ERR_CONNECTION|ERR_EMPTY|ERR_INCOMPLETE/;
    await inBrowser(fixture.origin, { expected }, async (page) => {
      await page.getByText("ready", { exact: true }).waitFor();
      await until("a reader of the events", () => fixture.readers || null);
      await fixture.stop();
      await page.getByText(/^Connection lost \(No answer\)/).waitFor();
      assertEquals(await page.title(), "passthru: connection lost");
      await page.getByRole("alert").waitFor();
      fixture.restart();
      fixture.open();
      await page.getByText("ready", { exact: true }).waitFor();
      await page.getByText(/^Connection lost/).waitFor({ state: "hidden" });
      await page.locator("#total-open", { hasText: /^1$/ }).waitFor();
      await until("a reader of the events", () => fixture.readers || null);
    });
  },
);

programTest(
  ["chromium"],
  "reports come as they are sent, also of what no answer had",
  async () => {
    await using fixture = new AdminFixture();
    await inBrowser(fixture.origin, {}, async (page) => {
      await page.getByRole("link", { name: "Connections" }).click();
      await until("a reader of the events", () => fixture.readers || null);
      // From now on nothing is answered but events.
      await page.route("**/api/connections?*", () => {});
      const { id } = fixture.open();
      fixture.end(id, "rejected");
      const row = page.getByRole("row", { name: `Connection ${id},` });
      await row.getByText("rejected").waitFor();
    });
  },
);

programTest(
  ["chromium"],
  "the config is shown with its warnings, and a reload says what came of it",
  async () => {
    await using fixture = new AdminFixture();
    const note = { place: "passthru.jsonc:3:3", message: "Never wins" };
    fixture.state.config = {
      ...fixture.state.config,
      notes: [{ ...note, severity: "warning" }],
    };
    const expected = /422 \(Unprocessable/;
    await inBrowser(fixture.origin, { expected }, async (page) => {
      const asked: string[] = [];
      page.on("request", (request) => asked.push(request.url()));
      const full = `${fixture.origin}/api/state`;
      await page.waitForRequest(`${full}?config=no`);
      assert(!asked.includes(full));
      await page.getByRole("link", { name: "Config" }).click();
      const text = page.getByRole("region", { name: "Text of the config" });
      await text.getByText('"version": "v1.0.0"').waitFor();
      await page.getByRole("button", { name: note.place }).click();
      await page.locator("#config-mark").waitFor();
      const reload = page.getByRole("button", { name: "Reload …" });
      const confirm = page.getByRole("alertdialog");
      await reload.click();
      await confirm.getByRole("button", { name: "Cancel" }).click();
      assertEquals(fixture.posted, []);
      fixture.reload = () => {
        const served = fixture.state.config;
        fixture.state.config = { ...served, text: '{ "version": "v1.1.0" }' };
        fixture.state.generation = 2;
        return Response.json({ generation: 2, changes: ["1 rule more"] });
      };
      await reload.click();
      await confirm.getByRole("button", { name: "Reload" }).click();
      await page.getByRole("status").getByText("1 rule more").waitFor();
      await text.getByText('"version": "v1.1.0"').waitFor();
      assertEquals(asked.filter((url) => url === full).length, 2);
      fixture.reload = () =>
        Response.json({
          error: "The config is bad",
          notes: [{ ...note, severity: "error", message: "Unknown field" }],
        }, { status: 422 });
      await reload.click();
      await confirm.getByRole("button", { name: "Reload" }).click();
      await page.getByText("It failed: The config is bad").waitFor();
      await page.getByText("Unknown field").waitFor();
    });
  },
);

programTest(
  ["chromium"],
  "the log level is set at once, a drain only when it is confirmed",
  async () => {
    await using fixture = new AdminFixture();
    await inBrowser(fixture.origin, {}, async (page) => {
      await page.getByRole("link", { name: "Config" }).click();
      const level = page.getByLabel("Log level");
      await page.getByText("written as text").waitFor();
      assertEquals(await level.inputValue(), "info");
      await level.selectOption("debug");
      await page.getByText("The log level is debug.").waitFor();
      await page.getByRole("button", { name: "Drain and stop …" }).click();
      const confirm = page.getByRole("alertdialog");
      assertEquals(
        await page.evaluate("document.activeElement.textContent"),
        "Cancel",
      );
      await confirm.getByRole("button", { name: "Drain and stop" }).click();
      await page.getByText("Draining 0 connections, for 30 s at most.")
        .waitFor();
      await page.getByText("draining", { exact: true }).first().waitFor();
      const made = fixture.posted.map(({ path, body, headers }) => [
        path,
        body,
        headers.get("passthru-admin"),
      ]);
      assertEquals(made, [
        ["/api/log", '{"level":"debug"}', "1"],
        ["/api/drain", "", "1"],
      ]);
    });
  },
);
