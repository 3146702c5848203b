/** Finding one's way in the page. */
import type { Locator, Page } from "./browser.ts";

/** The row of a connection in the view of connections. */
export function rowOf(page: Page, id: number): Locator {
  return page.locator("#connections-table tbody tr").filter({
    has: page.getByText(`#${id}`, { exact: true }),
  });
}

/** Goes to a view by its name, and waits until it shows. */
export async function showView(page: Page, name: string): Promise<void> {
  await page.getByRole("navigation", { name: "Views" })
    .getByRole("link", { name }).click();
  await page.getByRole("heading", { name, level: 2 }).waitFor();
}
