/** Top in a terminal, beside a real passthru. */
import { assertEquals, assertMatch } from "@std/assert";
import { ROOT } from "../../support/process.ts";
import { programTest } from "../../support/programs.ts";
import { PseudoTerminal } from "../../support/pseudo_terminal.ts";
import { served } from "../../support/served_page.ts";

programTest(
  ["script", "stty", "sh"],
  "top beside a real passthru: draws a live connection, explains it as the API does, and closes it",
  async () => {
    await using server = await served();
    const admin = new URL(server.origin).host;
    const host = "shop.example";
    const { id, transfer, closed } = await server.visit({ host });
    await transfer(300_000);
    await using terminal = new PseudoTerminal(
      `'${Deno.execPath()}' run --no-prompt --allow-net=${admin} '${ROOT}main.ts' top --admin ${admin} --interval 100ms`,
    );
    const text = await terminal.shows(/LIVE CONNECTIONS {2}1 [^]*p pause$/);
    const row = text.split("\n").find((line) => line.includes(host)) ?? text;
    assertMatch(row, /HTTP/);
    assertMatch(row, / 300 kB /, "what came down");
    await terminal.type("\x1b[B\r");
    await terminal.shows(/^client +127\.0\.0\.1:\d+$/m);
    const explained = await terminal.shows(/^ +HTTP +match +\d+ \(0x0a\)/m);
    assertMatch(explained, /host=shop\.example/);
    await terminal.type("x");
    await terminal.shows(new RegExp(`close ${id}\\?`));
    await terminal.type("y");
    await closed();
    await terminal.shows(/LIVE CONNECTIONS {2}0 /);
    const line = await server.passthru.line(({ msg }) => msg === "connection");
    assertEquals([line["conn"], line["reason"]], [id, "closed_by_admin"]);
    await terminal.type("q");
    assertEquals((await terminal.end()).code, 0);
  },
);
