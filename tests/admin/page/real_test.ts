/** The page of a real process, with real clients. */
import {
  assert,
  assertEquals,
  assertMatch,
  assertNotEquals,
  assertStrictEquals,
} from "@std/assert";
import type { Page } from "../../support/browser.ts";
import type { ConnectionDetail } from "../../../src/admin/api.ts";
import { visible, visibleLines } from "../../../src/admin/page/visible_text.js";
import { inBrowser } from "../../support/browser.ts";
import { helloRecord } from "../../support/client_hello.ts";
import { rowOf, showView } from "../../support/page_views.ts";
import { programTest } from "../../support/programs.ts";
import { served } from "../../support/served_page.ts";

/** What the detectors let through of all that clients would like to say. */
const HOSTILE_PATH = "/<img/src=x/onerror=alert(1)>'\"</script><svg>";
/** A name that every object has, and that is a sound host name. */
const HOSTILE_SNI = "__proto__";
/** Not let through: what is wrong with it is said. */
const HOSTILE_HOST = "<svg/onload=alert(2)>";

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
      assertNotEquals(await shapes(), before);
      const graph = page.getByRole("slider", { name: "Bytes, both ways" });
      assertMatch(
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
      assertEquals(total.bytes_up, total.bytes_down);
      await showView(page, "Process");
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
      await showView(page, "Connections");
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
      assertEquals(await page.locator(made).count(), 0);
      const polluted = await page.evaluate("Object.keys(Object.prototype)");
      assertEquals(polluted, []);
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
  assert(explanation !== null);
  const text = await page.locator("#explain-text").textContent();
  assertStrictEquals(text, visibleLines(explanation.text));
  const cells = (table: string, nth: number) =>
    page.locator(`${table} tbody td:nth-child(${nth}) .main`).allTextContents();
  const { verdicts, lost } = explanation;
  assertEquals(
    await cells("#verdicts", 1),
    verdicts.map(({ detector }) => detector),
  );
  assertEquals(
    await cells("#verdicts", 2),
    verdicts.map(({ verdict }) => verdict),
  );
  assertEquals(
    await cells("#verdicts", 3),
    verdicts.map(({ offset, byte }) =>
      offset === null
        ? "end"
        : byte === null
        ? `${offset}`
        : `${offset} (${byte})`
    ),
  );
  assertEquals(await cells("#lost-rules", 1), lost.map(({ rule }) => rule));
  const facts = await page.locator("#detail-facts").innerText();
  assert(facts.includes(connection.client), facts);
}

programTest(
  ["chromium"],
  "a real passthru: closing a connection cuts off its client, and the reason is closed_by_admin",
  async () => {
    await using server = await served();
    const { id, closed } = await server.visit({ host: "a.example" });
    await inBrowser(server.origin, {}, async (page) => {
      await showView(page, "Connections");
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
    assertEquals([line["conn"], line["reason"]], [id, "closed_by_admin"]);
  },
);

programTest(
  ["chromium"],
  "a real passthru: what has ended is told to the page, which need not ask",
  async () => {
    await using server = await served();
    await inBrowser(server.origin, {}, async (page) => {
      await showView(page, "Connections");
      const events = page.waitForResponse(`${server.origin}/api/events`);
      await page.reload();
      assertEquals((await events).status(), 200);
      await page.getByText("Connect a client to one of").waitFor();
      // From now on nothing is answered but events.
      await page.route("**/api/connections?*", () => {});
      const { id, end } = await server.visit({ host: "a.example" });
      await end();
      await rowOf(page, id).getByText("client_eof").waitFor();
    });
  },
);
