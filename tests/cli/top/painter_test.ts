import { assertEquals, assertMatch } from "@std/assert";
import type { Line, Style } from "../../../src/cli/top/model.ts";
import { Painter } from "../../../src/cli/top/painter.ts";
import { Screen } from "../../support/screen.ts";

const SIZE = { columns: 5, rows: 3 };

function lines(...texts: string[]): Line[] {
  return texts.map((text) => ({ text, style: "plain" }));
}

Deno.test("painter: the first time everything, then only what changed, then nothing", () => {
  const painter = new Painter(true);
  const first = painter.paint(lines("ab", "12345", ""), SIZE);
  assertEquals(
    first,
    "\x1b[0m\x1b[2J\x1b[1;1Hab\x1b[K\x1b[2;1H12345\x1b[3;1H\x1b[K",
  );
  assertEquals(
    painter.paint(lines("ab", "123", ""), SIZE),
    "\x1b[2;1H123\x1b[K",
  );
  assertEquals(painter.paint(lines("ab", "123", ""), SIZE), "");
});

Deno.test("painter: a style that changes is drawn, and ends with its line", () => {
  const painter = new Painter(true);
  painter.paint(lines("ab"), SIZE);
  const painted = painter.paint([{ text: "ab", style: "selected" }], SIZE);
  assertEquals(painted, "\x1b[1;1H\x1b[7mab\x1b[0m\x1b[K");
});

Deno.test("painter: without colours no line has a style", () => {
  const painter = new Painter(false);
  const styles: Style[] = ["plain", "title", "header", "selected", "bad"];
  const painted = styles.map((style) =>
    painter.paint([{ text: style, style }], { columns: 20, rows: 1 })
  ).join("");
  // deno-lint-ignore no-control-regex
  assertEquals(painted.match(/\x1b\[[\d;]*m/g), ["\x1b[0m"]);
});

Deno.test("painter: another size, or somebody else's text, and all is drawn", () => {
  const painter = new Painter(true);
  const screen = new Screen();
  screen.write("\x1b[?1049h");
  screen.write(painter.paint(lines("ab", "12345", "x"), SIZE));
  screen.write(painter.paint(lines("a", "123", ""), SIZE));
  assertEquals(screen.lines, ["a", "123", ""]);
  const again = painter.paint(lines("a", "123", ""), { columns: 6, rows: 3 });
  // deno-lint-ignore no-control-regex
  assertMatch(again, /^\x1b\[0m\x1b\[2J/);
  painter.forget();
  const size = { columns: 6, rows: 3 };
  assertEquals(painter.paint(lines("a", "123", ""), size), again);
});
