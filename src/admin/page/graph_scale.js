/** The arithmetic of a graph: round numbers for its axis, and its areas. */

/** Lines across a graph, at most. */
const MAX_LINES = 4;

/**
 * Round numbers for an axis that goes from 0 to at least `most`.
 *
 * @param {number} most
 * @param {"decimal" | "binary"} kind Whether 1 000 or 1 024 is round.
 * @returns {number[]} From 0 up; the last one is the top of the axis.
 */
export function axisLines(most, kind) {
  const step = roundStep(Math.max(most, kind === "binary" ? 16 : 1), kind);
  const lines = [];
  for (let i = 0; i === 0 || (i - 1) * step < most || i < 2; i++) {
    lines.push(i * step);
  }
  return lines;
}

/**
 * Areas that stand on one another.
 *
 * @param {readonly (readonly number[])[]} values By series, then by time.
 * @returns {number[][]} The upper edge of each; the lower one is that before it.
 */
export function stacked(values) {
  /** @type {number[][]} */
  const edges = [];
  for (const series of values) {
    const below = edges.at(-1);
    edges.push(series.map((value, i) => value + (below?.[i] ?? 0)));
  }
  return edges;
}

/**
 * The outline of an area between two edges, as the `d` of an SVG path.
 *
 * @param {readonly number[]} xs
 * @param {readonly number[]} upper In pixels from the top.
 * @param {readonly number[]} lower
 */
export function areaPath(xs, upper, lower) {
  if (xs.length === 0) return "";
  const there = xs.map((x, i) =>
    `${x.toFixed(1)},${(upper[i] ?? 0).toFixed(1)}`
  );
  const back = xs.map((x, i) =>
    `${x.toFixed(1)},${(lower[i] ?? 0).toFixed(1)}`
  );
  return `M${there.join("L")}L${back.reverse().join("L")}Z`;
}

/**
 * The index of the time that is nearest to another; `null`: there is none.
 *
 * @param {readonly number[]} times Rising.
 * @param {number} looked
 */
export function nearestIndex(times, looked) {
  if (times.length === 0) return null;
  const next = times.findIndex((at) => at >= looked);
  if (next === -1) return times.length - 1;
  const before = times[next - 1] ?? -Infinity;
  return looked - before < (times[next] ?? 0) - looked ? next - 1 : next;
}

/**
 * @param {number} most
 * @param {"decimal" | "binary"} kind
 */
function roundStep(most, kind) {
  const least = most / MAX_LINES;
  const base = kind === "binary" ? 1024 : 10;
  const power = base ** Math.floor(Math.log(least) / Math.log(base));
  const factors = kind === "binary"
    ? [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024]
    : [1, 2, 5, 10];
  const factor = factors.find((each) => each * power >= least) ?? base;
  return factor * power;
}
