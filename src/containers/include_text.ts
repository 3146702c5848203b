/**
 * The file that the config includes: what was settled, as the config has it.
 *
 * @module
 */
import { shortId } from "./container.ts";
import { isServing, type SettledRoute, type SettledTarget } from "./settle.ts";

/** Largest file, in UTF-16 code units: somewhat less than a config may have. */
export const MAX_TEXT_LENGTH = 7 * 1024 * 1024;

/** The file, and which line has which route. */
export interface IncludeText {
  readonly text: string;
  /** The route of each line that has one, by the number of the line from 1. */
  readonly lines: ReadonlyMap<number, SettledRoute>;
  /** How many containers are targets in it. */
  readonly containers: number;
  /** Routes that did not fit in. */
  readonly leftOut: readonly SettledRoute[];
}

/**
 * Writes the file. The same routes give the same text, whatever their order.
 *
 * A route whose containers are all starting or unhealthy is not in it.
 */
export function includeText(settled: readonly SettledRoute[]): IncludeText {
  const routes = settled.map((route) => ({ route, targets: targetsOf(route) }))
    .filter(({ targets }) => targets.length > 0)
    .sort((a, b) => keyOf(a.route) < keyOf(b.route) ? -1 : 1);
  const ids = new Set<string>();
  const lines = new Map<number, SettledRoute>();
  const leftOut: SettledRoute[] = [];
  const body: string[] = [];
  let length = 0;
  let listen: string | null = null;
  let protocol: string | null = null;
  for (const { route, targets } of routes) {
    const own = [
      `        // ${targets.map(whoOf).join(", ")}`,
      `        ${ruleLine(route, targets)}`,
    ];
    length += own[0]!.length + own[1]!.length;
    if (length > MAX_TEXT_LENGTH) {
      leftOut.push(route);
      continue;
    }
    if (protocol !== null && (listen !== route.listen)) {
      body.push("      }", "    },");
      protocol = null;
    }
    if (listen !== route.listen) {
      body.push(`    ${quote(route.listen)}: {`);
    }
    if (protocol !== route.protocol) {
      if (protocol !== null) body.push("      },");
      body.push(`      ${quote(route.protocol)}: {`);
    }
    ({ listen, protocol } = route);
    for (const { wanted } of targets) ids.add(wanted.container.id);
    body.push(...own);
    // Behind the lines of the head.
    lines.set(body.length + HEAD_LINES, route);
  }
  if (protocol !== null) body.push("      }", "    }");
  const count = ids.size;
  const text = [
    `// Written by passthru docker from the labels of ${count} container${
      count === 1 ? "" : "s"
    }.`,
    "// Do not change it: it is written again when a container changes.",
    "{",
    `  "servers": {${body.length === 0 ? "}" : ""}`,
    ...body,
    ...(body.length === 0 ? [] : ["  }"]),
    "}",
    "",
  ].join("\n");
  return { text, lines, containers: count, leftOut };
}

/** How many lines are before the first server. */
const HEAD_LINES = 4;

/** The containers that are targets, each address once. */
function targetsOf({ targets }: SettledRoute): SettledTarget[] {
  const byAddress = new Map<string, SettledTarget>();
  for (const each of targets) {
    if (!isServing(each.wanted.container)) continue;
    if (!byAddress.has(each.target)) byAddress.set(each.target, each);
  }
  return [...byAddress.values()];
}

function ruleLine(
  { rule, sendProxy }: SettledRoute,
  targets: readonly SettledTarget[],
): string {
  const [first] = targets;
  const address = targets.length === 1
    ? quote(first!.target)
    : `[${targets.map(({ target }) => quote(target)).join(", ")}]`;
  const proxy = sendProxy === null ? "" : `, "send_proxy": ${quote(sendProxy)}`;
  return `${
    quote(rule)
  }: { "action": "FORWARD", "to_addr": ${address}${proxy} },`;
}

/** A container in a comment, where nothing of its name may end the comment. */
function whoOf({ wanted }: SettledTarget): string {
  const { container } = wanted;
  const name = container.name.replace(/[^A-Za-z0-9_.-]/g, "?");
  return `${name} (${shortId(container.id)})`;
}

function keyOf({ listen, protocol, rule }: SettledRoute): string {
  return JSON.stringify([listen, protocol, rule]);
}

/** A text as JSON, of printable ASCII alone. */
function quote(text: string): string {
  return JSON.stringify(text).replace(
    /[^\x20-\x7e]/g,
    (c) => "\\u" + c.charCodeAt(0).toString(16).padStart(4, "0"),
  );
}
