/**
 * Detectors that an imported config declares for payload that is compared.
 *
 * @module
 */
import { latin1 } from "../../detect/byte_reader.ts";
import { type DeclaredDetector, withDeclared } from "../../detect/declared.ts";
import type { DatagramDetector, Detector } from "../../detect/detector.ts";
import { PSEUDO_PROTOCOLS, Registry } from "../../detect/registry.ts";
import { detectorName, type ImportedConfig } from "../imported_config.ts";
import type { Origin } from "../origin.ts";
import { ANYTHING } from "./server_types.ts";

/** What a detector looks for. */
export type Looked = Omit<DeclaredDetector, "name">;

/** A detector, and what it was made from. */
interface Declared {
  readonly detector: DeclaredDetector;
  readonly origin: Origin;
}

/** The detectors of a config, each declared once. */
export class DeclaredDetectors {
  readonly #byContent = new Map<string, Declared>();
  readonly #names: Set<string>;

  readonly #others: readonly (Detector | DatagramDetector)[];

  /** @param others The detectors that there are without a config. */
  constructor(others: readonly (Detector | DatagramDetector)[]) {
    this.#others = others;
    const taken = others.map(({ name }) => name);
    this.#names = new Set([...taken, ...PSEUDO_PROTOCOLS, ANYTHING]);
  }

  /** The detectors that a config may name, those declared so far among them. */
  registry(): Registry {
    const declared = [...this.#byContent.values()];
    return withDeclared(new Registry(this.#others), [
      ...declared.map(({ detector }) => detector),
      { name: ANYTHING, regex: "", max_bytes: 1 },
    ]);
  }

  /** Writes those declared so far into a config. */
  write(config: ImportedConfig): void {
    for (const { detector, origin } of this.#byContent.values()) {
      const { name, ...looked } = detector;
      config.detector(name, looked, origin);
    }
  }

  /** The name of the detector that looks for this. */
  name(looked: Looked, origin: Origin): string {
    const key = JSON.stringify(looked);
    const known = this.#byContent.get(key);
    if (known !== undefined) return known.detector.name;
    const name = this.#freeName(looked.prefix ?? looked.bytes ?? "");
    this.#byContent.set(key, { detector: { name, ...looked }, origin });
    return name;
  }

  #freeName(bytes: string): string {
    const stem = detectorName(`PAYLOAD ${bytes.replace(/^hex:/, "")}`);
    let name = stem;
    for (let count = 2; this.#names.has(name); count++) {
      name = `${stem}_${count}`;
    }
    this.#names.add(name);
    return name;
  }
}

/** Bytes as the config language spells them: text, or `hex:cafe`. */
export function bytesText(bytes: Uint8Array): string {
  const text = latin1(bytes);
  return /^[\x20-\x7e]+$/.test(text) && !text.startsWith("hex:")
    ? text
    : `hex:${bytes.toHex()}`;
}
