/** Old generations on the page: what they hold, and until when. */
import { assertEquals } from "@std/assert";
import { AdminFixture } from "../../support/admin_fixture.ts";
import { inBrowser } from "../../support/browser.ts";
import { programTest } from "../../support/programs.ts";

programTest(
  ["chromium"],
  "the page shows old generations with what they hold, and nothing of them when there are none",
  async () => {
    await using fixture = new AdminFixture();
    const now = Date.now();
    fixture.state.old_generations = [
      {
        generation: 1,
        connections: 2,
        workers: 1,
        replaced_at: now - 7_200_000,
        closes_at: null,
      },
      {
        generation: 3,
        connections: 7,
        workers: 2,
        replaced_at: now - 60_000,
        closes_at: now + 3_600_000,
      },
    ];
    await inBrowser(fixture.origin, {}, async (page) => {
      await page.getByRole("link", { name: "Process" }).click();
      const table = page.getByRole("table", { name: "Old generations" });
      await table.getByRole("cell", { name: "never" }).waitFor();
      const rows = await table.locator("tbody tr").all();
      const cells = await Promise.all(
        rows.map((row) => row.locator("th, td").allTextContents()),
      );
      assertEquals(cells.map((row) => row.slice(0, 3)), [
        ["1", "1", "2"],
        ["3", "2", "7"],
      ]);
      await table.getByRole("cell", { name: /^in (?:59|60|1) / }).waitFor();
      fixture.state.old_generations = [];
      await page.getByRole("heading", { name: "Old generations" })
        .waitFor({ state: "hidden" });
    });
  },
);
