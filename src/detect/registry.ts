/**
 * The set of detectors that a config may name.
 *
 * @module
 */
import type { Detector } from "./detector.ts";

/** Names that a config uses for something else than a detector. */
export const PSEUDO_PROTOCOLS = ["CATCHALL", "SILENT"] as const;

/** Rule words that every protocol has, about the connection and not its bytes. */
export const COMMON_WORDS = ["FROM", "TIME"] as const;

/** Rule words that a detector cannot have. */
const RESERVED_WORDS: readonly string[] = ["CATCHALL", ...COMMON_WORDS];

/**
 * Detectors by name. A value, not a global: tests, workers and embedders each
 * make their own.
 */
export class Registry {
  readonly #detectors = new Map<string, Detector>();

  /**
   * Makes a registry.
   *
   * @throws {RangeError} As {@linkcode Registry.add}.
   */
  constructor(detectors: Iterable<Detector> = []) {
    for (const detector of detectors) this.add(detector);
  }

  /**
   * Adds a detector.
   *
   * @throws {RangeError} When its name is taken, reserved or badly formed, when
   * a rule word is badly formed, or when `maxBytes` is not a positive integer.
   */
  add(detector: Detector): void {
    const { name } = detector;
    if (!/^[A-Z][A-Z0-9_]*$/.test(name)) {
      throw new RangeError(
        `Cannot register detector "${name}": expected a name of A-Z, 0-9 and "_" that starts with a letter`,
      );
    }
    if ((PSEUDO_PROTOCOLS as readonly string[]).includes(name)) {
      throw new RangeError(
        `Cannot register detector "${name}": the name is reserved`,
      );
    }
    if (this.#detectors.has(name)) {
      throw new RangeError(
        `Cannot register detector "${name}": the name is taken`,
      );
    }
    if (!Number.isInteger(detector.maxBytes) || detector.maxBytes < 1) {
      throw new RangeError(
        `Cannot register detector "${name}": expected "maxBytes" to be a positive integer, found ${detector.maxBytes}`,
      );
    }
    for (const word of Object.keys(detector.rules)) {
      if (!/^[A-Z][A-Z0-9_]*$/.test(word) || RESERVED_WORDS.includes(word)) {
        throw new RangeError(
          `Cannot register detector "${name}": expected a rule word of A-Z, 0-9 and "_" other than ${
            RESERVED_WORDS.join(", ")
          }, found "${word}"`,
        );
      }
    }
    this.#detectors.set(name, detector);
  }

  /** The detector of that name. */
  get(name: string): Detector | undefined {
    return this.#detectors.get(name);
  }

  /** All detectors, in the order in which they were added. */
  get detectors(): Detector[] {
    return [...this.#detectors.values()];
  }

  /** All names, sorted. */
  get names(): string[] {
    return [...this.#detectors.keys()].sort();
  }
}
