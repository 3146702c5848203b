/**
 * nginx's `map`, `geo` and `set`: variables that a config declares.
 *
 * @module
 */
import type { Problems } from "../importer.ts";
import { quoted } from "../origin.ts";
import { blockOf } from "./access.ts";
import type { Argument, Block, Directive } from "./directives.ts";
import { isWildcard, type MapEntry } from "./map_keys.ts";
import type { Say } from "./say.ts";

/** A variable that is looked up. */
export interface MapVariable {
  readonly directive: Directive;
  /** The text that is looked up. */
  readonly source: Argument;
  /** In the order in which nginx tries them. */
  readonly entries: readonly MapEntry[];
  /** What it is where no entry fits; `null`: empty. */
  readonly fallback: Argument | null;
  /** Whether its keys are blocks of addresses. */
  readonly geo: boolean;
}

/** Reads the maps and geo blocks of a block, by their variables. */
export function mapsOf(
  stream: Block,
  context: { readonly problems: Problems; readonly say: Say },
): Map<string, MapVariable> {
  const { problems } = context;
  const maps = new Map<string, MapVariable>();
  for (const directive of [...stream.all("map"), ...stream.all("geo")]) {
    const geo = directive.name === "geo";
    const { args, block, origin } = directive;
    const [source, name] = geo && args.length === 1
      ? [{ text: "$remote_addr", origin }, args[0]!]
      : args;
    if (block === null || name === undefined || args.length > 2) {
      const form = geo ? "geo $variable { ... }" : "map text $variable { ... }";
      problems.add(origin, `Invalid "${directive.name}": expected "${form}"`);
      continue;
    }
    const variable = nameOf(name.text);
    if (variable === null) {
      problems.add(
        name.origin,
        `Expected a variable, found ${quoted(name.text)}`,
      );
      continue;
    }
    const known = maps.get(variable);
    if (known !== undefined) {
      problems.add(origin, `A second value of ${quoted(name.text)}`, {
        origin: known.directive.origin,
        message: "first set here",
      });
      continue;
    }
    maps.set(variable, {
      directive,
      source: source!,
      geo,
      ...(geo ? geoEntries(block, problems) : mapEntries(block, context)),
    });
  }
  return maps;
}

/** The name of `$name` or `${name}`, in lower case as nginx compares it. */
function nameOf(text: string): string | null {
  return /^\$\{?(\w+)\}?$/.exec(text)?.[1]?.toLowerCase() ?? null;
}

type Entries = Pick<MapVariable, "entries" | "fallback">;

function mapEntries(
  block: Block,
  { problems, say }: { readonly problems: Problems; readonly say: Say },
): Entries {
  const hostnames = block.directives.some(({ name, args }) =>
    name === "hostnames" && args.length === 0
  );
  const entries: MapEntry[] = [];
  let fallback: Argument | null = null;
  for (const { name, args, origin } of block.entries()) {
    if ((name === "hostnames" || name === "volatile") && args.length === 0) {
      continue;
    }
    const [value] = args;
    if (value === undefined || args.length > 1) {
      problems.add(origin, `Expected one value for ${quoted(name)}`);
    } else if (name === "default") fallback = value;
    else {
      if (!hostnames && isWildcard(name)) {
        say(
          origin,
          `${
            quoted(name)
          } is a plain text, which no name is, because the map has no "hostnames"`,
        );
      }
      for (const { key, kind } of keysOf(name, hostnames)) {
        entries.push({ key, kind, value, origin });
      }
    }
  }
  reportTwice(entries, problems);
  return { entries: entries.toSorted(compareEntries), fallback };
}

/** The keys that a text stands for; `.example.com` stands for two. */
function keysOf(
  text: string,
  hostnames: boolean,
): Pick<MapEntry, "key" | "kind">[] {
  if (text.startsWith("~")) return [{ key: text, kind: "regex" }];
  // A backslash keeps what follows from having a meaning.
  const key = text.replace(/^\\/, "").toLowerCase();
  if (!hostnames || text.startsWith("\\")) return [{ key, kind: "exact" }];
  if (key.startsWith("*.")) return [{ key, kind: "suffix" }];
  if (key.endsWith(".*")) return [{ key, kind: "prefix" }];
  return key.startsWith(".")
    ? [{ key: key.slice(1), kind: "exact" }, { key: `*${key}`, kind: "suffix" }]
    : [{ key, kind: "exact" }];
}

/** nginx tries names, long wildcards first, then expressions in their order. */
const KINDS: readonly MapEntry["kind"][] = [
  "exact",
  "suffix",
  "prefix",
  "regex",
];

function compareEntries(a: MapEntry, b: MapEntry): number {
  const kinds = KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind);
  if (kinds !== 0 || a.kind === "exact" || a.kind === "regex") return kinds;
  return b.key.length - a.key.length;
}

function reportTwice(entries: readonly MapEntry[], problems: Problems): void {
  const known = new Map<string, MapEntry>();
  for (const entry of entries) {
    const first = known.get(entry.key);
    if (first === undefined) known.set(entry.key, entry);
    else if (entry.kind !== "regex") {
      problems.add(entry.origin, `A second entry for ${quoted(entry.key)}`, {
        origin: first.origin,
        message: "first used here",
      });
    }
  }
}

function geoEntries(block: Block, problems: Problems): Entries {
  const entries: MapEntry[] = [];
  let fallback: Argument | null = null;
  for (const { name, args, origin } of block.entries()) {
    const [value] = args;
    if (name === "ranges" || name === "delete" || name === "proxy") {
      problems.add(origin, `"${name}" in "geo" cannot be imported`);
    } else if (value === undefined || args.length > 1) {
      problems.add(origin, `Expected one value for ${quoted(name)}`);
    } else if (name === "default") fallback = value;
    else {
      const key = blockOf(name);
      if (key === null || key === "all" || key === "unix:") {
        problems.add(origin, `Invalid address ${quoted(name)} in "geo"`);
      } else entries.push({ key, kind: "block", value, origin });
    }
  }
  const length = ({ key }: MapEntry) =>
    Number(/\/(\d+)$/.exec(key)?.[1] ?? 128);
  return {
    entries: entries.toSorted((a, b) => length(b) - length(a)),
    fallback,
  };
}
