/**
 * Which file with bounds an error of a config is the fault of.
 *
 * @module
 */
import type { Diagnostic } from "../diagnostics.ts";
import type { ConfigDocuments } from "../documents.ts";

/** What blaming files depends on. */
export interface BlameOptions {
  /**
   * The texts that are served now, by file. Of two files that claim the same, the
   * one that is served has it. Default: nothing is served.
   */
  readonly served?: ReadonlyMap<string, string> | undefined;
  /** A file that is not refused, whatever is wrong with it. */
  readonly keep?: string;
}

/** Whose fault an error is; `null`: no file's. */
interface Fault {
  readonly loser: string | null;
  /** The file that has what the other one claims; `null`: there is none. */
  readonly winner: string | null;
  readonly error: Diagnostic;
}

/** What follows from the errors of a config. */
export interface Blamed {
  /** The files to refuse, with the reasons. */
  readonly losers: ReadonlyMap<string, readonly Diagnostic[]>;
  /** Those that are in a conflict with another file. */
  readonly outranked: ReadonlySet<string>;
}

/** Blames files. */
export class Blame {
  readonly #options: BlameOptions;

  /** Blames nobody yet. */
  constructor(options: BlameOptions) {
    this.#options = options;
  }

  /** Whether a file is as it is served now. */
  isServed({ refusables }: ConfigDocuments, file: string): boolean {
    const served = this.#options.served?.get(file);
    return served !== undefined &&
      refusables.some(({ source }) =>
        source.file === file && source.text === served
      );
  }

  /**
   * The files that errors are about.
   *
   * @param sparing Whether to spare one that is in conflict with another one of
   * these: whether that stays is known only without those that do not.
   */
  losers(
    documents: ConfigDocuments,
    { errors, sparing }: {
      readonly errors: readonly Diagnostic[];
      readonly sparing: boolean;
    },
  ): Blamed {
    // Texts are compared once a file, however many errors there are.
    const known = new Map<string, boolean>();
    const isServed = (file: string) => {
      const served = known.get(file) ?? this.isServed(documents, file);
      known.set(file, served);
      return served;
    };
    const faults = errors.map((error) =>
      this.#faultOf(error, { documents, isServed })
    );
    const bad = new Set(faults.map(({ loser }) => loser));
    const clear = new Map<string, Diagnostic[]>();
    const disputed = new Map<string, Diagnostic[]>();
    const outranked = new Set<string>();
    for (const { loser, winner, error } of faults) {
      if (loser === null) continue;
      const isDisputed = sparing && winner !== null && bad.has(winner);
      add(isDisputed ? disputed : clear, loser, error);
      if (winner !== null) outranked.add(loser);
    }
    const losers = clear.size > 0 ? clear : disputed;
    const isLoser = (file: string) => losers.has(file);
    return { losers, outranked: new Set([...outranked].filter(isLoser)) };
  }

  /** Which file is refused for an error; of two in a conflict, which one. */
  #faultOf(
    error: Diagnostic,
    { documents, isServed }: {
      readonly documents: ConfigDocuments;
      readonly isServed: (file: string) => boolean;
    },
  ): Fault {
    const loser = this.#fileOf(documents, error);
    const { related } = error;
    const winner = related ? this.#fileOf(documents, related) : null;
    if (loser === null || related === undefined || winner === null) {
      return { loser, winner, error };
    }
    if (winner === loser) return { loser, winner: null, error };
    if (!isServed(loser) || isServed(winner)) return { loser, winner, error };
    const swapped: Diagnostic = {
      severity: "error",
      message: `In conflict with a file that is in use: ${error.message}`,
      span: related.span,
      related: { message: related.message, span: error.span },
    };
    return { loser: winner, winner: loser, error: swapped };
  }

  #fileOf(
    documents: ConfigDocuments,
    found: Pick<Diagnostic, "span">,
  ): string | null {
    const file = documents.refusable(found);
    return file === this.#options.keep ? null : file;
  }
}

function add(
  files: Map<string, Diagnostic[]>,
  file: string,
  found: Diagnostic,
): void {
  const known = files.get(file);
  if (known === undefined) files.set(file, [found]);
  else known.push(found);
}
