/**
 * Finds the files with bounds that a config can only be served without: whoever
 * writes such a file must not be able to keep the config from being changed, or
 * passthru from starting.
 *
 * @module
 */
import type { Diagnostic } from "../diagnostics.ts";
import type { ConfigDocuments } from "../documents.ts";
import type { SourceMap } from "../source_text.ts";
import { Blame, type BlameOptions } from "./blame.ts";

/** How a config would be served with some of its files. */
export interface Attempt {
  /** The config with these files. */
  readonly documents: ConfigDocuments;
  /** Its texts. */
  readonly source: SourceMap;
  /** Everything that keeps it from being served; none: it can be. */
  readonly errors: readonly Diagnostic[];
}

/** A file with bounds that is not used as it is. */
export interface RefusedFile {
  /** The file, as places name it. */
  readonly file: string;
  /** What of it is in use: its last good content, or nothing. */
  readonly inUse: "last_good" | "nothing";
  /** Why. Not empty. */
  readonly errors: readonly Diagnostic[];
  /** The texts that they are about. */
  readonly source: SourceMap;
}

/** What to refuse files by. */
export interface RefuseOptions<A extends Attempt> extends BlameOptions {
  /** Finds out how the config would be served. */
  readonly attempt: (documents: ConfigDocuments) => Promise<A> | A;
}

/** How a config is served, and without which files. */
export interface Accepted<A extends Attempt> {
  /** With errors, if it cannot be served whatever files are refused. */
  readonly attempt: A;
  /** Empty if it cannot be served. */
  readonly refused: readonly RefusedFile[];
}

/** How often files are refused by the places of errors before all of them are. */
const MAX_ROUNDS = 16;

/** Serves as many files of a config as can be served together. */
export async function refuseFiles<A extends Attempt>(
  documents: ConfigDocuments,
  options: RefuseOptions<A>,
): Promise<Accepted<A>> {
  const first = await options.attempt(documents);
  if (first.errors.length === 0) return { attempt: first, refused: [] };
  return await new Refusals(first, options).find() ??
    { attempt: first, refused: [] };
}

/** How many files that were in a conflict are tried again. */
const MAX_RECONSIDERED = 16;

/** The files of one config that are refused. */
class Refusals<A extends Attempt> {
  readonly #options: RefuseOptions<A>;
  readonly #first: A;
  readonly #blame: Blame;
  readonly #refused = new Map<string, RefusedFile>();
  /** Files that were in a conflict with another one. */
  readonly #outranked = new Set<string>();
  readonly #changes = new Map<string, Uint8Array | null>();

  constructor(first: A, options: RefuseOptions<A>) {
    this.#first = first;
    this.#options = options;
    this.#blame = new Blame(options);
  }

  /** @returns `null`: the config has errors of its own. */
  async find(): Promise<Accepted<A> | null> {
    let attempt = this.#first;
    for (let round = 0; attempt.errors.length > 0; round++) {
      const { documents, errors } = attempt;
      const sparing = round < MAX_ROUNDS;
      const { losers, outranked } = this.#blame.losers(documents, {
        errors,
        sparing,
      });
      if (losers.size === 0) break;
      for (const file of outranked) this.#outranked.add(file);
      for (const [file, errors] of losers) this.#refuse(file, errors, attempt);
      attempt = await this.#retry();
    }
    if (attempt.errors.length > 0) {
      const found = await this.#search(attempt);
      if (found === null) return null;
      attempt = found;
    }
    attempt = await this.#reconsider(attempt);
    return { attempt, refused: [...this.#refused.values()] };
  }

  /** What a file was in conflict with may have been refused after it. */
  async #reconsider(good: A): Promise<A> {
    let attempt = good;
    const files = [...this.#outranked].slice(0, MAX_RECONSIDERED);
    for (let index = 0; index < files.length; index++) {
      const file = files[index]!;
      const change = this.#changes.get(file)!;
      this.#changes.delete(file);
      const other = await this.#retry();
      if (other.errors.length > 0) {
        this.#changes.set(file, change);
        continue;
      }
      this.#refused.delete(file);
      attempt = other;
      files.splice(index, 1);
      // Another one may have been in conflict with what was used of this one.
      index = -1;
    }
    return attempt;
  }

  #retry(): Promise<A> | A {
    const documents = this.#first.documents.replaced(this.#changes);
    return this.#options.attempt(documents);
  }

  #refuse(
    file: string,
    errors: readonly Diagnostic[],
    { source, documents }: A,
  ): void {
    const before = this.#refused.get(file);
    const last = this.#options.served?.get(file);
    const given = this.#first.documents;
    const isGone = given.isGiven(file, "isAbsent");
    const isLast = before === undefined && last !== undefined && !isGone &&
      !this.#blame.isServed(documents, file);
    this.#changes.set(file, isLast ? new TextEncoder().encode(last) : null);
    this.#refused.set(file, {
      ...before ?? { file, errors, source },
      inUse: isLast || given.isGiven(file, "isKept") ? "last_good" : "nothing",
    });
  }

  /**
   * Finds the files by trying, when errors are in the config itself and may be
   * due to them: an expectation that fails. @returns `null`: they are not.
   */
  async #search({ documents }: A): Promise<A | null> {
    const files = documents.refusables.map(({ source }) => source.file)
      .filter((file) => file !== this.#options.keep);
    // Those that are served come first, and so stay.
    const order = [
      ...files.filter((file) => this.#blame.isServed(documents, file)),
      ...files.filter((file) => !this.#blame.isServed(documents, file)),
    ];
    if (order.length === 0) return null;
    const before = new Map(this.#changes);
    for (const file of order) this.#changes.set(file, null);
    const bare = await this.#retry();
    if (bare.errors.length > 0) return null;
    return await this.#takeBack(order, { good: bare, before });
  }

  /** Adds files to a config that is good, as far as it stays good. */
  async #takeBack(
    files: readonly string[],
    { good, before }: {
      readonly good: A;
      readonly before: ReadonlyMap<string, Uint8Array | null>;
    },
  ): Promise<A> {
    if (files.length === 0) return good;
    for (const file of files) this.#restore(file, before);
    const attempt = await this.#retry();
    if (attempt.errors.length === 0) return attempt;
    const [file] = files as [string];
    if (files.length === 1) return await this.#refuseOne(file, attempt, good);
    for (const file of files) this.#changes.set(file, null);
    const half = Math.ceil(files.length / 2);
    const some = await this.#takeBack(files.slice(0, half), { good, before });
    return await this.#takeBack(files.slice(half), { good: some, before });
  }

  async #refuseOne(file: string, attempt: A, good: A): Promise<A> {
    this.#refuse(file, attempt.errors, attempt);
    if (this.#changes.get(file) === null) return good;
    const last = await this.#retry();
    if (last.errors.length === 0) return last;
    this.#refuse(file, last.errors, last);
    return good;
  }

  #restore(file: string, before: ReadonlyMap<string, Uint8Array | null>): void {
    const change = before.get(file);
    if (change === undefined) this.#changes.delete(file);
    else this.#changes.set(file, change);
  }
}
