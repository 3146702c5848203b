/**
 * A config that is being imported: a tree of entries, each with its place in
 * the original and the notes about it.
 *
 * @module
 */
import { type Note, oneLine, type Origin } from "./origin.ts";

/** A value of the config language. */
export type Json =
  | string
  | number
  | boolean
  | readonly Json[]
  | { readonly [name: string]: Json };

/** A name with its value, or with the entries below it. */
export class Entry {
  /** Its name in the config; `""`: the whole config. */
  readonly name: string;
  /** What it was made from; `null`: nothing says so in the original. */
  readonly origin: Origin | null;
  /** Its value; `null`: it has entries. */
  value: Json | null;
  #members: (Entry | Note)[] = [];
  readonly #byName = new Map<string, Entry>();

  /** Makes an entry with a value, or, with `null`, one that gets entries. */
  constructor(name: string, value: Json | null, origin: Origin | null) {
    this.name = name;
    this.value = value;
    this.origin = origin;
  }

  /** Its entries and notes in the order in which they came. */
  get members(): readonly (Entry | Note)[] {
    return this.#members;
  }

  /** Its entries. */
  get entries(): readonly Entry[] {
    return this.#members.filter((member) => member instanceof Entry);
  }

  /** The entry of a name. */
  get(name: string): Entry | undefined {
    return this.#byName.get(name);
  }

  /** The entry of a name that has entries itself; made if there is none. */
  at(name: string, origin: Origin | null): Entry {
    return this.#byName.get(name) ?? this.#add(new Entry(name, null, origin));
  }

  /**
   * Sets the value of a name.
   *
   * @returns The new entry; `null`: the name is taken, and stays as it is.
   */
  set(name: string, value: Json, origin: Origin | null): Entry | null {
    return this.#byName.has(name)
      ? null
      : this.#add(new Entry(name, value, origin));
  }

  /**
   * Says at this place of the config what it does not say, or says in another
   * way than the original. The note becomes a comment and a line of the summary.
   */
  note(origin: Origin, text: string): this {
    this.#members.push({ origin, text: oneLine(text) });
    return this;
  }

  /** Removes an entry and leaves its notes in its place, unless told not to. */
  remove(entry: Entry, { withNotes = false } = {}): void {
    if (this.#byName.get(entry.name) !== entry) return;
    this.#byName.delete(entry.name);
    this.#members = this.#members.flatMap((member) =>
      member !== entry ? [member] : withNotes ? [] : notesBelow(entry)
    );
  }

  /** Gives an entry another name, which is not taken, with all that it has. */
  rename(entry: Entry, name: string): Entry {
    const renamed = new Entry(name, entry.value, entry.origin);
    renamed.#members = entry.#members;
    entry.#byName.forEach((one, key) => renamed.#byName.set(key, one));
    this.#byName.delete(entry.name);
    this.#byName.set(name, renamed);
    this.#members = this.#members.map((one) => one === entry ? renamed : one);
    return renamed;
  }

  /** Its value, with the entries below it, without their notes. */
  plain(): Json {
    return this.value ??
      Object.fromEntries(this.entries.map((one) => [one.name, one.plain()]));
  }

  #add(entry: Entry): Entry {
    this.#byName.set(entry.name, entry);
    this.#members.push(entry);
    return entry;
  }
}

/** All notes of an entry and of those below it. */
export function notesBelow(entry: Entry): Note[] {
  return entry.members.flatMap((member) =>
    member instanceof Entry ? notesBelow(member) : [member]
  );
}
