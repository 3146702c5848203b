/** The page of a real process, with real clients. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import type { ConnectionDetail } from "../../../src/admin/api.ts";
import { visible, visibleLines } from "../../../src/admin/page/visible_text.js";
import { inBrowser, PHONE } from "../../support/browser.ts";
import { helloRecord } from "../../support/client_hello.ts";
import { forwardTo } from "../../support/passthru.ts";
import { nextLine } from "../../support/config_file.ts";
import { programTest } from "../../support/programs.ts";
import { served } from "../../support/served_page.ts";
import { closedAddress } from "../../support/upstream.ts";
import { until, within } from "../../support/wait.ts";

/** What the detectors let through of all that clients would like to say. */
const HOSTILE_PATH = "/<img/src=x/onerror=alert(1)>'\"</script><svg>";
/** A name that every object has, and that is a sound host name. */
const HOSTILE_SNI = "__proto__";
/** Not let through: what is wrong with it is said. */
const HOSTILE_HOST = "<svg/onload=alert(2)>";

function rowOf(page: Page, id: number) {
  return page.locator("#connections-table tbody tr").filter({
    has: page.getByText(`#${id}`, { exact: true }),
  });
}

async function show(page: Page, view: string): Promise<void> {
  await page.getByRole("navigation", { name: "Views" })
    .getByRole("link", { name: view }).click();
  await page.getByRole("heading", { name: view, level: 2 }).waitFor();
}

programTest(
  ["chromium"],
  "a real passthru: the graphs move, and what is counted is what was sent",
  async () => {
    await using server = await served();
    await inBrowser(server.origin, {}, async (page) => {
      await page.getByText("ready", { exact: true }).waitFor();
      const areas = page.locator("#connections-graph path, #bytes-graph path");
      const shapes = () =>
        areas.evaluateAll((paths) =>
          paths.map((path) => path.getAttribute("d"))
        );
      const first = await server.visit({ host: "a.example" });
      await page.locator("#total-open", { hasText: /^1$/ }).waitFor();
      await areas.first().waitFor({ state: "attached" });
      const before = await shapes();
      await first.transfer(3 * 1024 * 1024);
      const second = await server.open(helloRecord());
      const row = page.locator("#traffic-table tbody tr", { hasText: "HTTP" });
      await row.getByText(/[\d.]+ [KM]iB\/s/).first().waitFor();
      await row.getByText("3.00 MiB", { exact: true }).first().waitFor();
      assert.notDeepEqual(await shapes(), before);
      const graph = page.getByRole("slider", { name: "Bytes, both ways" });
      assert.match(
        await graph.getAttribute("aria-valuetext") ?? "",
        /at most [\d.]+ [KM]iB\/s in the last/,
      );
      await page.locator("#traffic-table tbody tr", { hasText: "TLS" })
        .waitFor();
      await first.end();
      await second.end();
      await page.locator("#total-open", { hasText: /^0$/ }).waitFor();
      await page.locator("#total-connections", { hasText: /^2$/ }).waitFor();
      const { total } = await server.api.state();
      assert.equal(total.bytes_up, total.bytes_down);
      await show(page, "Process");
      const ended = page.locator("#ended-table tbody tr");
      await ended.filter({ hasText: "client_eof" }).getByText("2", {
        exact: true,
      }).waitFor();
    });
  },
);

programTest(
  ["chromium"],
  "a real passthru: hostile clients appear as text, and are explained as the API says",
  async () => {
    await using server = await served();
    const visits = await Promise.all([
      server.visit({ host: "a.example", path: HOSTILE_PATH }),
      server.open(helloRecord({ sni: HOSTILE_SNI })),
      server.visit({ host: HOSTILE_HOST }),
    ]);
    const said = [HOSTILE_PATH, HOSTILE_SNI, 'the host holds "<"'];
    await inBrowser(server.origin, {}, async (page) => {
      await show(page, "Connections");
      for (const [index, { id }] of visits.entries()) {
        await rowOf(page, id).getByRole("button").click();
        const dialog = page.getByRole("dialog", { name: `Connection #${id}` });
        await dialog.locator("#verdicts").getByText(visible(said[index]!))
          .waitFor();
        await assertExplained(page, await detailOf(id));
        await page.keyboard.press("Escape");
        await dialog.waitFor({ state: "hidden" });
      }
      const made = "img, body svg[onload], body script:not([type])";
      assert.equal(await page.locator(made).count(), 0);
      const polluted = await page.evaluate("Object.keys(Object.prototype)");
      assert.deepEqual(polluted, []);
    });
    await visits[0].end();
    await visits[1].end();
    await visits[2].closed();

    async function detailOf(id: number): Promise<ConnectionDetail> {
      return (await server.api.get<ConnectionDetail>(`/api/connections/${id}`))
        .body;
    }
  },
);

/** Fails unless the open dialog says what the API says of a connection. */
async function assertExplained(
  page: Page,
  { connection, explanation }: ConnectionDetail,
): Promise<void> {
  assert.ok(explanation !== null);
  const text = await page.locator("#explain-text").textContent();
  assert.equal(text, visibleLines(explanation.text));
  const cells = (table: string, nth: number) =>
    page.locator(`${table} tbody td:nth-child(${nth}) .main`).allTextContents();
  const { verdicts, lost } = explanation;
  assert.deepEqual(
    await cells("#verdicts", 1),
    verdicts.map(({ detector }) => detector),
  );
  assert.deepEqual(
    await cells("#verdicts", 2),
    verdicts.map(({ verdict }) => verdict),
  );
  assert.deepEqual(
    await cells("#verdicts", 3),
    verdicts.map(({ offset, byte }) =>
      offset === null
        ? "end"
        : byte === null
        ? `${offset}`
        : `${offset} (${byte})`
    ),
  );
  assert.deepEqual(await cells("#lost-rules", 1), lost.map(({ rule }) => rule));
  const facts = await page.locator("#detail-facts").innerText();
  assert.ok(facts.includes(connection.client), facts);
}

programTest(
  ["chromium"],
  "a real passthru: closing a connection cuts off its client, and the reason is closed_by_admin",
  async () => {
    await using server = await served();
    const { id, closed } = await server.visit({ host: "a.example" });
    await inBrowser(server.origin, {}, async (page) => {
      await show(page, "Connections");
      await rowOf(page, id).getByText("forwarding").waitFor();
      await rowOf(page, id).getByRole("button").click();
      const dialog = page.getByRole("dialog", { name: `Connection #${id}` });
      await dialog.getByRole("button", { name: "Close connection" }).click();
      await page.getByRole("alertdialog")
        .getByRole("button", { name: "Close connection" }).click();
      await closed();
      await dialog.getByText("closed_by_admin").waitFor();
      await dialog.getByRole("button", { name: "Done" }).click();
      await rowOf(page, id).getByText("closed_by_admin").waitFor();
    });
    const line = await server.passthru.line(({ msg }) => msg === "connection");
    assert.deepEqual([line["conn"], line["reason"]], [id, "closed_by_admin"]);
  },
);

programTest(
  ["chromium"],
  "a real passthru: the page reloads its config, says what is wrong with it, and sets its log level",
  async () => {
    await using server = await served();
    const { file, passthru } = server;
    const expected = /422 \(Unprocessable/;
    await inBrowser(server.origin, { expected }, async (page) => {
      await show(page, "Config");
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

      await file.write(server.config({}, { workers: -1, admn: {} }));
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
      assert.equal(await notes.count(), 2);
      await page.locator("#total-generation", { hasText: /^2$/ }).waitFor();

      await level.selectOption("debug");
      await page.getByText("The log level is debug.").waitFor();
      assert.equal((await server.api.state()).log.level, "debug");
      // Below the level of the config.
      const line = nextLine(passthru, ({ msg }) => msg === "connection");
      await (await server.visit({ host: "a.example" })).end();
      assert.equal((await within("its line", line))["level"], "info");
    });
  },
);

programTest(
  ["chromium"],
  "a real passthru: on a phone no view is wider than the screen, whatever has come",
  async () => {
    const down = { action: "FORWARD", to_addr: [closedAddress()] };
    await using server = await served({ SSH: { CATCHALL: down } });
    const visits = [
      await server.visit({ host: "a.example", path: `/${"W".repeat(2000)}` }),
      await server.open(helloRecord({ sni: `${"w".repeat(63)}.example` })),
      await server.visit({ host: HOSTILE_HOST }),
      await server.open(new TextEncoder().encode("SSH-2.0-x\r\n")),
    ];
    await inBrowser(server.origin, { viewport: PHONE }, async (page) => {
      await page.locator("#total-connections", { hasText: /^4$/ }).waitFor();
      const views = page.getByRole("navigation", { name: "Views" });
      for (const name of await views.getByRole("link").allTextContents()) {
        await show(page, name);
        await page.locator("main > section:not([hidden]) :is(td, pre)").first()
          .waitFor({ state: "attached" });
        await assertFits(page, name);
      }
      await show(page, "Targets");
      const bad = page.locator("#targets-table tr", { hasText: "100.0 %" });
      await bad.getByText("1", { exact: true }).first().waitFor();
      await show(page, "Connections");
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
  assert.deepEqual(wider, [0, 0], where);
}
