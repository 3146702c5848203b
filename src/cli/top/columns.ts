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
  /** It is widened before columns of a higher rank come in. */
  readonly wish?: { readonly rank: number; readonly width: number };
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
  const steps = columns.flatMap((column) => [
    { column, rank: column.rank, width: column.width },
    ...(column.wish === undefined ? [] : [{ column, ...column.wish }]),
  ]).toSorted((a, b) => a.rank - b.rank);
  const widths = new Map<Column<Row>, number>();
  let used = -1;
  for (const step of steps) {
    const old = widths.get(step.column);
    const needed = used + step.width - (old ?? -1);
    // What is ranked lower does not take the place of what is ranked higher.
    if (needed > width && widths.size > 0) break;
    widths.set(step.column, Math.min(step.width, width));
    used = needed;
  }
  return columns.flatMap((column) => {
    const chosen = widths.get(column);
    return chosen === undefined ? [] : [{ column, width: chosen }];
  });
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
