/**
 * Loads what was imported. What a config may not say, the imported one does not
 * say either: a note stands in its place.
 *
 * @module
 */
import type { Diagnostic, SourceMap } from "../config/diagnostics.ts";
import { loadConfig } from "../config/load.ts";
import type { Registry } from "../detect/registry.ts";
import type { Entry } from "./entry.ts";
import type { ImportedConfig } from "./imported_config.ts";
import { type Origin, quoted } from "./origin.ts";
import { writeConfig, type WrittenConfig } from "./writer.ts";

/** The imported config as a file, and what loading says of it. */
export interface SettledConfig {
  readonly text: string;
  readonly source: SourceMap;
  /** Errors among them are a defect of the importer. */
  readonly diagnostics: readonly Diagnostic[];
}

/** What {@linkcode settle} needs. */
export interface SettleOptions {
  /** Name of the file that is written, as messages show it. */
  readonly file: string;
  /** Lines of the comment that the file starts with. */
  readonly head: readonly string[];
  /** The detectors that a config may name. */
  readonly registry: () => Registry;
}

/** How often the config is loaded at most. */
const MAX_ROUNDS = 8;

/**
 * Writes and loads a config until it is valid. An action that is refused becomes
 * a REJECT, so that no client goes to a target that its rule did not name;
 * anything else that is refused is left out. Both are noted.
 */
export function settle(
  config: ImportedConfig,
  options: SettleOptions,
): SettledConfig {
  for (let round = 1;; round++) {
    const written = writeConfig(config.root, options.head);
    const bytes = new TextEncoder().encode(written.text);
    const registry = options.registry();
    const { source, diagnostics } = loadConfig(options.file, bytes, registry);
    const errors = diagnostics.filter(({ severity }) => severity === "error");
    const refused = round < MAX_ROUNDS
      ? errors.map((error) => innermost(config.root, written, error))
      : [];
    const done = new Set<Entry>();
    for (const one of refused) {
      if (one === null || done.has(one.entry)) continue;
      done.add(one.entry);
      takeBack(one);
    }
    if (done.size === 0) return { text: written.text, source, diagnostics };
  }
}

interface Refused {
  readonly parent: Entry;
  readonly entry: Entry;
  readonly origin: Origin;
  readonly error: Diagnostic;
  /** Whether the value is wrong, and not the name. */
  readonly inValue: boolean;
}

/** The innermost entry with an origin that an error lies in. */
function innermost(
  root: Entry,
  { ranges }: WrittenConfig,
  error: Diagnostic,
): Refused | null {
  const { offset } = error.span;
  let parent = root;
  let found: Refused | null = null;
  for (let entry: Entry | undefined = root; entry !== undefined;) {
    const { origin } = entry;
    const inValue = offset >= (ranges.get(entry)?.value ?? 0);
    if (origin !== null) found = { parent, entry, origin, error, inValue };
    parent = entry;
    entry = entry.entries.find((one) => {
      const range = ranges.get(one);
      return range !== undefined && range.start <= offset && offset < range.end;
    });
  }
  return found;
}

function takeBack({ parent, entry, origin, error, inValue }: Refused): void {
  const text = `passthru refuses ${quoted(entry.name)}: ${error.message}`;
  if (inValue && isAction(entry) && !isReject(entry)) {
    entry.note(origin, `${text}; it is a REJECT here`);
    entry.value = { action: "REJECT" };
  } else {
    parent.note(origin, text);
    parent.remove(entry);
  }
}

/** Whether an entry's value is an action. */
function isAction({ value }: Entry): boolean {
  return typeof value === "string"
    ? /^(?:unix:|srv:)|:\d+$/.test(value)
    : value !== null && typeof value === "object" && "action" in value;
}

function isReject({ value }: Entry): boolean {
  return typeof value === "object" && value !== null && "action" in value &&
    value.action === "REJECT";
}
