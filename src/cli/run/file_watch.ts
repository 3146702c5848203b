/**
 * Noticing that files have changed.
 *
 * They are looked at again and again: the runtime's watcher wants to read the
 * folders, which the permissions of a config do not cover, loses a file that an
 * editor replaces, and hears nothing of links that are turned, as Kubernetes does
 * with the files of a ConfigMap.
 *
 * @module
 */
import { join } from "node:path";
import { errorCode } from "../../errors.ts";
import type { FilePattern } from "../config_places.ts";
import { namesIn } from "../included_files.ts";

/** How often they are looked at, in milliseconds. */
const LOOK_MS = 500;

/** How many looks in a row may find a change before it is told nevertheless. */
const MAX_MOVING_LOOKS = 20;

/** The path of a file, or a pattern of files, which come and go. */
export type Watched = string | FilePattern;

/** What a {@linkcode FileWatch} needs. */
export interface FileWatchOptions {
  /**
   * The files. Asked for at each look; one that is new is known from then on as
   * it is.
   */
  readonly files: () => readonly Watched[];
  /**
   * Hears that something has changed, and then nothing for the time of one look:
   * a file that is being written is left alone until that is over, but not for
   * more than 20 looks: among many files there may always be one that changes.
   */
  readonly onChange: () => void;
  /** In milliseconds. Default: half a second. */
  readonly lookMs?: number;
}

/** Watches files. */
export class FileWatch {
  readonly #options: FileWatchOptions;
  #timer: ReturnType<typeof setInterval> | undefined;
  /** The looks so far, one after the other. */
  #looks: Promise<void> = Promise.resolve();
  #looking = false;
  /** How each was when it was last looked at. */
  #seen = new Map<string, string>();
  /** How many looks have found a change that was not told yet. */
  #changes = 0;

  /** Watches nothing yet. */
  constructor(options: FileWatchOptions) {
    this.#options = options;
  }

  /** Begins. Resolves when it is known how they are now. */
  async start(): Promise<void> {
    const { lookMs = LOOK_MS } = this.#options;
    await this.look();
    this.#timer = setInterval(() => {
      if (!this.#looking) void this.look();
    }, lookMs);
  }

  /** Looks now: files that are new from now on are known as they are. */
  look(): Promise<void> {
    this.#looks = this.#looks.then(() => this.#look());
    return this.#looks;
  }

  /** Stops. Idempotent. */
  stop(): void {
    clearInterval(this.#timer);
  }

  async #look(): Promise<void> {
    this.#looking = true;
    const now = await statesOf(this.#options.files());
    this.#looking = false;
    const before = this.#seen;
    this.#seen = new Map([...before, ...now]);
    const moved = [...now].some(([file, state]) =>
      (before.get(file) ?? state) !== state
    );
    if (moved) this.#changes++;
    if (this.#changes === 0) return;
    if (moved && this.#changes < MAX_MOVING_LOOKS) return;
    this.#changes = 0;
    this.#options.onChange();
  }
}

/** How files are, each as a text that is another one when it has changed. */
async function statesOf(
  files: readonly Watched[],
): Promise<Map<string, string>> {
  const states = files.map(async (file): Promise<[string, string]> =>
    typeof file === "string"
      ? [file, await stateOf(file)]
      : [join(file.folder, file.pattern), await stateOfAll(file)]
  );
  return new Map(await Promise.all(states));
}

async function stateOfAll({ folder, pattern }: FilePattern): Promise<string> {
  try {
    const names = await namesIn(folder, pattern);
    const states = names.map(async (name) =>
      `${name} ${await stateOf(join(folder, name))}`
    );
    return (await Promise.all(states)).join("\n");
  } catch (error) {
    return errorCode(error);
  }
}

/**
 * A file that becomes readable has changed. `ctime`, which Deno gives in whole
 * seconds, tells of other content with the old size and time, as of `rsync`.
 */
async function stateOf(file: string): Promise<string> {
  try {
    const { ino, size, mtime, ctime, ...may } = await Deno.stat(file);
    const times = `${mtime?.getTime()} ${ctime?.getTime()}`;
    return `${ino} ${size} ${times} ${may.mode} ${may.uid} ${may.gid}`;
  } catch (error) {
    return errorCode(error);
  }
}
