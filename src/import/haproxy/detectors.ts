/**
 * Detectors that an imported config declares for payload that is compared.
 *
 * @module
 */
import type { DeclaredDetector } from "../../detect/declared.ts";
import { detectorName } from "../imported_config.ts";
import type { Origin } from "../origin.ts";
import { hexByte } from "./text_patterns.ts";

/** What a detector looks for. */
export type Looked = Omit<DeclaredDetector, "name">;

/** A detector, and what it was made from. */
export interface Declared {
  readonly detector: DeclaredDetector;
  readonly origin: Origin;
}

/** The detectors of a config, each declared once. */
export class DeclaredDetectors {
  readonly #byContent = new Map<string, Declared>();
  readonly #names: Set<string>;

  /** @param taken Names that other detectors have. */
  constructor(taken: Iterable<string>) {
    this.#names = new Set([...taken, "SILENT", "CATCHALL", "ANYTHING"]);
  }

  /** All of them, in the order in which they were declared. */
  get all(): readonly Declared[] {
    return [...this.#byContent.values()];
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
  const text = String.fromCharCode(...bytes);
  return /^[\x20-\x7e]+$/.test(text) && !text.startsWith("hex:")
    ? text
    : `hex:${[...bytes].map(hexByte).join("")}`;
}
