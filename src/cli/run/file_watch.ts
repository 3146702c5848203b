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
import { errorCode } from "../../errors.ts";

/** How often they are looked at, in milliseconds. */
const LOOK_MS = 500;

/** What a {@linkcode FileWatch} needs. */
export interface FileWatchOptions {
  /**
   * Paths of the files. Asked for at each look; one that is new is known from
   * then on as it is.
   */
  readonly files: () => readonly string[];
  /**
   * Hears that something has changed, and then nothing for the time of one look:
   * a file that is being written is left alone until that is over.
   */
  readonly onChange: () => void;
  /** In milliseconds. Default: half a second. */
  readonly lookMs?: number;
}

/** Watches files. */
export class FileWatch {
  readonly #options: FileWatchOptions;
  #timer: ReturnType<typeof setInterval> | undefined;
  #looking = false;
  /** How each was at the last look. */
  #seen = new Map<string, string>();
  /** Something has changed that was not told yet. */
  #changed = false;

  /** Watches nothing yet. */
  constructor(options: FileWatchOptions) {
    this.#options = options;
  }

  /** Begins. Resolves when it is known how they are now. */
  async start(): Promise<void> {
    const { lookMs = LOOK_MS } = this.#options;
    await this.#look();
    this.#timer = setInterval(() => void this.#look(), lookMs);
  }

  /** Looks now: files that are new from now on are known as they are. */
  async look(): Promise<void> {
    await this.#look();
  }

  /** Stops. Idempotent. */
  stop(): void {
    clearInterval(this.#timer);
  }

  async #look(): Promise<void> {
    if (this.#looking) return;
    this.#looking = true;
    const now = await statesOf(this.#options.files());
    this.#looking = false;
    const before = this.#seen;
    this.#seen = now;
    const moved = [...now].some(([file, state]) =>
      (before.get(file) ?? state) !== state
    );
    if (moved) this.#changed = true;
    else if (this.#changed) {
      this.#changed = false;
      this.#options.onChange();
    }
  }
}

/** How files are, each as a text that is another one when it has changed. */
async function statesOf(
  files: readonly string[],
): Promise<Map<string, string>> {
  const states = files.map(async (file): Promise<[string, string]> => [
    file,
    await stateOf(file),
  ]);
  return new Map(await Promise.all(states));
}

async function stateOf(file: string): Promise<string> {
  try {
    const { ino, size, mtime } = await Deno.stat(file);
    return `${ino} ${size} ${mtime?.getTime()}`;
  } catch (error) {
    return errorCode(error);
  }
}
