/**
 * The set of detectors that a config may name.
 *
 * @module
 */
import type { DatagramDetector, Detector, Transport } from "./detector.ts";

/** Names that a config uses for something else than a detector. */
export const PSEUDO_PROTOCOLS = ["CATCHALL", "SILENT"] as const;

/** Rule words that every protocol has, about the connection and not its bytes. */
export const COMMON_WORDS = ["FROM", "TIME"] as const;

/** Rule words that a detector cannot have. */
const RESERVED_WORDS: readonly string[] = ["CATCHALL", ...COMMON_WORDS];

/**
 * Detectors by name. A value, not a global: tests, workers and embedders each
 * make their own.
 *
 * A name may have a detector for TCP and one for UDP.
 */
export class Registry {
  readonly #detectors = new Map<string, Detector>();
  readonly #datagramDetectors = new Map<string, DatagramDetector>();

  /**
   * Makes a registry.
   *
   * @throws {RangeError} As {@linkcode Registry.add}.
   */
  constructor(detectors: Iterable<Detector | DatagramDetector> = []) {
    for (const detector of detectors) this.add(detector);
  }

  /**
   * Adds a detector.
   *
   * @throws {RangeError} When its name is taken (for its transport), reserved or
   * badly formed, when a rule word is badly formed, or when `maxBytes` or
   * `maxDatagrams` is not a positive integer.
   */
  add(detector: Detector | DatagramDetector): void {
    if (detector.transport === "udp") {
      checkDetector(detector, this.#datagramDetectors);
      checkBound(detector.name, "maxDatagrams", detector.maxDatagrams);
      this.#datagramDetectors.set(detector.name, detector);
    } else {
      checkDetector(detector, this.#detectors);
      checkBound(detector.name, "maxBytes", detector.maxBytes);
      this.#detectors.set(detector.name, detector);
    }
  }

  /** The detector of that name for TCP. */
  get(name: string): Detector | undefined {
    return this.#detectors.get(name);
  }

  /** The detector of that name for datagrams. */
  getDatagram(name: string): DatagramDetector | undefined {
    return this.#datagramDetectors.get(name);
  }

  /** The detector of that name for a transport. */
  getFor(
    transport: Transport,
    name: string,
  ): Detector | DatagramDetector | undefined {
    return transport === "udp" ? this.getDatagram(name) : this.get(name);
  }

  /** All detectors for TCP, in the order in which they were added. */
  get detectors(): Detector[] {
    return [...this.#detectors.values()];
  }

  /** All detectors for datagrams, in the order in which they were added. */
  get datagramDetectors(): DatagramDetector[] {
    return [...this.#datagramDetectors.values()];
  }

  /** All detectors of both transports. */
  get all(): (Detector | DatagramDetector)[] {
    return [...this.detectors, ...this.datagramDetectors];
  }

  /** All names of detectors for TCP, sorted. */
  get names(): string[] {
    return [...this.#detectors.keys()].sort();
  }

  /** All names of detectors for datagrams, sorted. */
  get datagramNames(): string[] {
    return [...this.#datagramDetectors.keys()].sort();
  }
}

function checkDetector(
  { name, rules }: Detector | DatagramDetector,
  known: ReadonlyMap<string, unknown>,
): void {
  if (!/^[A-Z][A-Z0-9_]*$/.test(name)) {
    throw problem(
      name,
      'expected a name of A-Z, 0-9 and "_" that starts with a letter',
    );
  }
  if ((PSEUDO_PROTOCOLS as readonly string[]).includes(name)) {
    throw problem(name, "the name is reserved");
  }
  if (known.has(name)) throw problem(name, "the name is taken");
  for (const word of Object.keys(rules)) {
    if (/^[A-Z][A-Z0-9_]*$/.test(word) && !RESERVED_WORDS.includes(word)) {
      continue;
    }
    const reserved = RESERVED_WORDS.join(", ");
    throw problem(
      name,
      `expected a rule word of A-Z, 0-9 and "_" other than ${reserved}, found "${word}"`,
    );
  }
}

function checkBound(name: string, field: string, found: number): void {
  if (Number.isInteger(found) && found >= 1) return;
  throw problem(
    name,
    `expected "${field}" to be a positive integer, found ${found}`,
  );
}

function problem(name: string, what: string): RangeError {
  return new RangeError(`Cannot register detector "${name}": ${what}`);
}
