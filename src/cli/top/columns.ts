/**
 * Tables that fit into the width of a terminal.
 *
 * Widths depend on the width alone and never on what the cells hold, so that
 * nothing jumps when the numbers change.
 *
 * @module
 */
import { fit } from "./cells.ts";

/** A column of rows of a kind. */
export interface Column<Row> {
  readonly title: string;
  /** Its cell, of printable characters only. */
  readonly cell: (row: Row) => string;
  /** Least cells that it takes. */
  readonly width: number;
  /** Its part of the room that is left over. Default: 0, it never grows. */
  readonly grow?: number;
  /** Most cells that it grows to. Default: no limit. */
  readonly most?: number;
  /** The lower, the narrower the terminal that still shows it. */
  readonly rank: number;
  /** Whether the cells stand on the right, as numbers do. */
  readonly right?: boolean;
}

/** A column, and how wide it is. */
interface Placed<Row> {
  readonly column: Column<Row>;
  width: number;
}

/** A table of which any row can be drawn. */
export interface LaidOut<Row> {
  readonly header: string;
  line(row: Row): string;
}

/** Chooses the columns that fit, and their widths. */
export function layOut<Row>(
  columns: readonly Column<Row>[],
  width: number,
): LaidOut<Row> {
  const placed = choose(columns, width);
  widen(placed, width - totalWidth(placed));
  const draw = (text: (column: Column<Row>) => string) =>
    placed.map(({ column, width }) => fit(text(column), width, column.right))
      .join(" ").trimEnd();
  return {
    header: draw(({ title }) => title),
    line: (row) => draw(({ cell }) => cell(row)),
  };
}

/** The columns that fit, in the order in which they stand. */
function choose<Row>(
  columns: readonly Column<Row>[],
  width: number,
): Placed<Row>[] {
  const chosen = new Set<Column<Row>>();
  let used = -1;
  for (const column of columns.toSorted((a, b) => a.rank - b.rank)) {
    const needed = used + 1 + column.width;
    // What is ranked lower does not take the place of what is ranked higher.
    if (needed > width && chosen.size > 0) break;
    chosen.add(column);
    used = needed;
  }
  return columns.filter((column) => chosen.has(column))
    .map((column) => ({ column, width: Math.min(column.width, width) }));
}

function totalWidth<Row>(placed: readonly Placed<Row>[]): number {
  return placed.reduce((sum, { width }) => sum + width + 1, -1);
}

/** Deals the room that is left over to the columns that grow. */
function widen<Row>(placed: readonly Placed<Row>[], room: number): void {
  for (let left = room; left > 0;) {
    const growing = placed.filter(({ column, width }) =>
      (column.grow ?? 0) > 0 && width < (column.most ?? Infinity)
    );
    const parts = growing.reduce((sum, { column }) => sum + column.grow!, 0);
    if (parts === 0) return;
    const share = left;
    for (const each of growing) {
      const most = (each.column.most ?? Infinity) - each.width;
      const part = Math.max(1, Math.floor(share * each.column.grow! / parts));
      const more = Math.min(part, most, left);
      each.width += more;
      left -= more;
    }
  }
}
