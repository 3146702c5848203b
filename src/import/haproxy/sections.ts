/**
 * The sections of an HAProxy config.
 *
 * @module
 */
import type { SourceText } from "../../config/diagnostics.ts";
import type { Problems } from "../importer.ts";
import { type Note, quoted } from "../origin.ts";
import { type Line, linesOf, originOf, textOf, type Word } from "./words.ts";

/** Words that begin a section. */
const SECTIONS = new Set([
  ...["global", "defaults", "frontend", "backend", "listen", "peers"],
  ...["resolvers", "mailers", "userlist", "program", "cache", "ring"],
  ...["http-errors", "log-forward", "fcgi-app", "crt-store", "traces", "acme"],
  ...["log-profile", "healthcheck"],
]);

/** A section. */
export interface Section {
  /** `frontend`, `defaults`, ... */
  readonly kind: string;
  /** Its name; absent: it has none. */
  readonly name: Word | undefined;
  /** The line that begins it. */
  readonly head: Line;
  readonly lines: readonly Line[];
}

/** A file taken apart. */
export interface Sections {
  readonly sections: readonly Section[];
  /** What is left out: conditional blocks. */
  readonly notes: readonly Note[];
}

/** Takes a file apart. */
export function sectionsOf(source: SourceText, problems: Problems): Sections {
  const { lines, notes } = unconditional(linesOf(source, problems), problems);
  const sections: (Section & { readonly lines: Line[] })[] = [];
  for (const line of lines) {
    const [{ text: keyword }, name] = line;
    if (SECTIONS.has(keyword)) {
      sections.push({ kind: keyword, name, head: line, lines: [] });
      continue;
    }
    const last = sections.at(-1);
    if (last !== undefined) last.lines.push(line);
    else {
      problems.add(
        line[0].origin,
        `Keyword ${
          quoted(keyword)
        } is in no section: expected "global", "defaults", "frontend", "listen" or "backend"`,
      );
    }
  }
  return { sections, notes };
}

/** The lines outside of `.if` blocks, and a note for each block. */
function unconditional(
  lines: readonly Line[],
  problems: Problems,
): { lines: readonly Line[]; notes: readonly Note[] } {
  const kept: Line[] = [];
  const notes: Note[] = [];
  const open: Line[] = [];
  let inside = 0;
  for (const line of lines) {
    const [{ text: keyword, origin }] = line;
    if (keyword === ".if") {
      if (open.length === 0) inside = 0;
      open.push(line);
    } else if (keyword === ".endif" && open.length > 0) {
      const first = open.pop()!;
      if (open.length === 0) notes.push(blockNote(first, inside));
    } else if ([".elif", ".else", ".endif"].includes(keyword)) {
      if (open.length === 0) {
        problems.add(origin, `${quoted(keyword)} has no ".if" before it`);
      }
    } else if (open.length > 0) inside++;
    else if (keyword.startsWith(".")) {
      notes.push({
        origin: originOf(line),
        text: `${quoted(textOf(line))} is a message of HAProxy and is left out`,
      });
    } else kept.push(line);
  }
  for (const line of open) {
    problems.add(originOf(line), '".if" has no ".endif"');
  }
  return { lines: kept, notes };
}

function blockNote(first: Line, inside: number): Note {
  return {
    origin: originOf(first),
    text: `${
      quoted(textOf(first))
    } depends on the HAProxy that reads it: the ${inside} lines up to its ".endif" are left out`,
  };
}
