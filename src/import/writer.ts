/**
 * Writes an imported config as JSONC: notes are comments at their place, and
 * what was imported has the line of the original behind it.
 *
 * @module
 */
import { Entry, type Json } from "./entry.ts";
import {
  jsonString,
  lineOf,
  type Note,
  oneLine,
  shortPlaceOf,
} from "./origin.ts";

/** A config as text, and where each of its entries is in it. */
export interface WrittenConfig {
  readonly text: string;
  /** Where each entry is. */
  readonly ranges: ReadonlyMap<Entry, WrittenRange>;
}

/** Where an entry is in a text, in UTF-16 code units. */
export interface WrittenRange {
  /** Its start, comments included. */
  readonly start: number;
  /** Where its value begins. */
  readonly value: number;
  readonly end: number;
}

/** Width up to which a value is written on one line. */
const VALUE_WIDTH = 130;
/** Width at which comments are wrapped. */
const COMMENT_WIDTH = 80;

/**
 * Writes a config.
 *
 * @param root The entry of the whole config.
 * @param head Lines of the comment that the file starts with.
 */
export function writeConfig(
  root: Entry,
  head: readonly string[],
): WrittenConfig {
  const writer = new Writer();
  for (const line of head) writer.comment(line, "");
  writer.write(root);
  return { text: writer.text, ranges: writer.ranges };
}

class Writer {
  readonly ranges = new Map<Entry, WrittenRange>();
  readonly #lines: string[] = [];
  #length = 0;

  get text(): string {
    return this.#lines.join("");
  }

  write(root: Entry): void {
    this.#line("{");
    // What is said of the whole file comes first.
    for (const note of root.members) {
      if (!(note instanceof Entry)) this.comment(noteText(note), "  ");
    }
    this.#members(root, "  ");
    this.#line("}");
  }

  comment(text: string, indent: string): void {
    const width = Math.max(40, COMMENT_WIDTH - indent.length - 3);
    for (const line of wrapped(oneLine(text), width)) {
      this.#line(`${indent}// ${line}`);
    }
  }

  #line(text: string): void {
    this.#lines.push(`${text}\n`);
    this.#length += text.length + 1;
  }

  #members(entry: Entry, indent: string): void {
    const last = entry.entries.at(-1);
    for (const member of entry.members) {
      if (!(member instanceof Entry)) {
        if (entry.name !== "") this.comment(noteText(member), indent);
        continue;
      }
      const start = this.#length;
      const comma = member === last ? "" : ",";
      const value = this.#entry(member, entry, { indent, comma });
      this.ranges.set(member, { start, value, end: this.#length });
    }
  }

  /** Writes an entry. @returns Where its value begins. */
  #entry(
    entry: Entry,
    parent: Entry,
    { indent, comma }: { indent: string; comma: string },
  ): number {
    const behind = placeBehind(entry, parent);
    const key = `${indent}${jsonString(entry.name)}: `;
    const short = shortForm(entry);
    const value = entry.value ?? short?.value ?? null;
    if (value === null) {
      const at = this.#length + key.length;
      this.#line(`${key}{${behind}`);
      this.#members(entry, `${indent}  `);
      this.#line(`${indent}}${comma}`);
      return at;
    }
    // The notes about a value stand above it.
    for (const note of entry.members) {
      if (!(note instanceof Entry)) this.comment(noteText(note), indent);
    }
    const at = this.#length + key.length;
    const [first = "", ...others] = valueLines(value, {
      indent,
      width: VALUE_WIDTH - key.length,
    });
    if (others.length === 0) this.#line(`${key}${first}${comma}${behind}`);
    else {
      this.#line(`${key}${first}${behind}`);
      others.slice(0, -1).forEach((line) => this.#line(line));
      this.#line(`${others.at(-1)!}${comma}`);
    }
    if (short !== null) {
      this.ranges.set(short, { start: at, value: at, end: this.#length });
    }
    return at;
  }
}

/** A note as the text of a comment. */
function noteText(note: Note): string {
  return `${shortPlaceOf(note.origin)}: ${note.text}`;
}

function placeBehind(entry: Entry, parent: Entry): string {
  if (entry.origin === null) return "";
  const line = lineOf(entry.origin);
  const same = parent.origin !== null && lineOf(parent.origin) === line;
  return same ? "" : ` // ${line}`;
}

/** A protocol's only rule, CATCHALL, whose address stands for all of it. */
function shortForm(entry: Entry): Entry | null {
  const [only, ...others] = entry.members;
  return others.length === 0 && only instanceof Entry &&
      only.name === "CATCHALL" && typeof only.value === "string" &&
      only.members.length === 0
    ? only
    : null;
}

function valueLines(
  value: Json,
  { indent, width }: { indent: string; width: number },
): string[] {
  const line = inline(value);
  if (line.length <= width || typeof value !== "object") return [line];
  const inner = `${indent}  `;
  const list = Array.isArray(value);
  const items = list
    ? (value as readonly Json[]).map((item) => ["", item] as const)
    : Object.entries(value as Record<string, Json>).map(([name, item]) =>
      [`${jsonString(name)}: `, item] as const
    );
  return [
    list ? "[" : "{",
    ...items.flatMap(([key, item], index) => {
      const lines = valueLines(item, {
        indent: inner,
        width: VALUE_WIDTH - inner.length - key.length,
      });
      lines[0] = `${inner}${key}${lines[0]}`;
      if (index < items.length - 1) lines[lines.length - 1] += ",";
      return lines;
    }),
    `${indent}${list ? "]" : "}"}`,
  ];
}

function inline(value: Json): string {
  if (typeof value === "string") return jsonString(value);
  if (typeof value !== "object") return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(inline).join(", ")}]`;
  const fields = Object.entries(value).map(([name, item]) =>
    `${jsonString(name)}: ${inline(item)}`
  );
  return fields.length === 0 ? "{}" : `{ ${fields.join(", ")} }`;
}

function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/ +/)) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
