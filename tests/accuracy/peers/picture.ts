/** The results of the peers as a picture: recall against wrong names. */
import { type Results, totalRecall } from "./results.ts";

const WIDTH = 720;
const HEIGHT = 420;
/** Left, right, top and bottom of the field. */
const FIELD = { left: 70, right: 470, top: 50, bottom: 360 };
const LINE = 18;

/** A program in the picture. */
interface Point {
  readonly label: string;
  /** Share of wrong names, in per cent. */
  readonly wrong: number;
  /** Recall, in per cent. */
  readonly recall: number;
}

/** An SVG of the programs that name protocols. */
export function picture(results: Results): string {
  const points = results.peers.filter((peer) => totalRecall(peer).whole > 0)
    .map((peer): Point => {
      const { part, whole } = totalRecall(peer);
      const count = Object.keys(peer.recall).length;
      return {
        label: `${peer.name} (${count} protocol${count === 1 ? "" : "s"})`,
        wrong: (100 * peer.wrong) / peer.labelled,
        recall: (100 * part) / whole,
      };
    });
  const maxX = Math.max(1, Math.ceil(Math.max(...points.map((p) => p.wrong))));
  const minY = Math.floor(Math.min(...points.map((p) => p.recall)) / 10) * 10;
  const x = (wrong: number) =>
    FIELD.left + (wrong / maxX) * (FIELD.right - FIELD.left);
  const y = (recall: number) =>
    FIELD.bottom -
    ((recall - minY) / (100 - minY)) * (FIELD.bottom - FIELD.top);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="13" fill="#222">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
    text(FIELD.left, 24, `Recall against wrong names, ${results.date}`, {
      more: ' font-size="16"',
    }),
    ...range(minY, 100, 10).flatMap((value) => [
      line(FIELD.left, y(value), FIELD.right, y(value), "#ddd"),
      text(FIELD.left - 8, y(value) + 4, `${value} %`, { anchor: "end" }),
    ]),
    ...range(0, maxX, 1).flatMap((value) => [
      line(x(value), FIELD.top, x(value), FIELD.bottom, "#ddd"),
      text(x(value), FIELD.bottom + 18, `${value} %`, { anchor: "middle" }),
    ]),
    text((FIELD.left + FIELD.right) / 2, FIELD.bottom + 40, "wrong names", {
      anchor: "middle",
    }),
    text(20, (FIELD.top + FIELD.bottom) / 2, "recall", {
      anchor: "middle",
      more: ` transform="rotate(-90 20 ${(FIELD.top + FIELD.bottom) / 2})"`,
    }),
    ...labels(points, x, y),
    "</svg>\n",
  ].join("\n");
}

/** The points and their names beside the field, in the order of the recall. */
function labels(
  points: readonly Point[],
  x: (wrong: number) => number,
  y: (recall: number) => number,
): string[] {
  const left = FIELD.right + 30;
  let last = -Infinity;
  return points.toSorted((a, b) => b.recall - a.recall).flatMap((point) => {
    const [atX, atY] = [x(point.wrong), y(point.recall)];
    last = Math.max(atY, last + LINE);
    const color = point.label.startsWith("passthru") ? "#c22" : "#36c";
    return [
      line(atX, atY, left - 4, last, "#aaa"),
      `<circle cx="${round(atX)}" cy="${round(atY)}" r="5" fill="${color}"/>`,
      text(left, last + 4, point.label),
    ];
  });
}

function range(from: number, to: number, step: number): number[] {
  return Array.from(
    { length: Math.floor((to - from) / step) + 1 },
    (_, index) => from + index * step,
  );
}

function line(x1: number, y1: number, x2: number, y2: number, color: string) {
  const [a, b, c, d] = [x1, y1, x2, y2].map(round);
  return `<line x1="${a}" y1="${b}" x2="${c}" y2="${d}" stroke="${color}"/>`;
}

function text(
  x: number,
  y: number,
  content: string,
  { anchor = "start", more = "" } = {},
): string {
  return `<text x="${round(x)}" y="${
    round(y)
  }" text-anchor="${anchor}"${more}>${content}</text>`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
