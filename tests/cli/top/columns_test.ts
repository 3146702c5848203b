import { assertEquals } from "@std/assert";
import { type Column, layOut } from "../../../src/cli/top/columns.ts";

type Row = readonly [string, string, string];

const COLUMNS: readonly Column<Row>[] = [
  { title: "A", cell: ([a]) => a, width: 4, grow: 1, most: 6, rank: 2 },
  {
    title: "B",
    cell: ([, b]) => b,
    width: 3,
    wish: { rank: 3, width: 5 },
    rank: 1,
  },
  { title: "C", cell: ([, , c]) => c, width: 4, rank: 4, right: true },
];

Deno.test("columns: the narrower, the fewer; what is left over goes to those that grow", () => {
  const shown = (width: number) => {
    const table = layOut(COLUMNS, width);
    return [table.header, table.line(["aaaaaaaaaa", "bbbbbbbbbb", "7"])];
  };
  assertEquals(shown(2), ["B", "b~"]);
  assertEquals(shown(7), ["B", "bb~"]);
  assertEquals(shown(8), ["A    B", "aaa~ bb~"]);
  assertEquals(shown(9), ["A     B", "aaaa~ bb~"]);
  assertEquals(shown(10), ["A    B", "aaa~ bbbb~"]);
  assertEquals(shown(14), ["A      B", "aaaaa~ bbbb~"]);
  assertEquals(shown(15), ["A    B        C", "aaa~ bbbb~    7"]);
  assertEquals(shown(99), ["A      B        C", "aaaaa~ bbbb~    7"]);
});

Deno.test("columns: widths do not depend on what the cells hold", () => {
  const table = layOut(COLUMNS, 17);
  const short = table.line(["a", "b", "c"]);
  assertEquals(short.length, table.line(["aaaaaaaa", "bbbbbbb", "c"]).length);
});
