/**
 * From the bytes of a config file to a Plan, with all that is wrong on the way.
 *
 * @module
 */
import type { Registry } from "../detect/registry.ts";
import { addAll } from "./add_all.ts";
import { lintAdmin } from "./admin_lint.ts";
import { buildDocuments, type LoadOptions } from "./build.ts";
import { type Diagnostic, formatDiagnostic } from "./diagnostics.ts";
import { ConfigDocuments } from "./documents.ts";
import type { Expectation } from "./expectation.ts";
import { lintFirstRequests } from "./first_request_lint.ts";
import { reachOf } from "./include/bounds.ts";
import type { Reach } from "./include/target_bounds.ts";
import { lint } from "./lint.ts";
import { deepFreeze, type Plan } from "./plan.ts";
import { lintPostgres } from "./postgres_lint.ts";
import { lintProtocols } from "./protocol_lint.ts";
import { lintRejects } from "./reject.ts";
import type { SourceMap, Sources } from "./source_text.ts";
import { lintUnixSockets } from "./unix_lint.ts";

export type { LoadOptions } from "./build.ts";
export type { ModuleReference, OpenedModule } from "./detectors.ts";
export type { BlameOptions } from "./include/blame.ts";
export type {
  Accepted,
  Attempt,
  RefusedFile,
  RefuseOptions,
} from "./include/refuse.ts";
export { refuseFiles } from "./include/refuse.ts";
export type { Reach } from "./include/target_bounds.ts";
export { ConfigDocuments } from "./documents.ts";
export type {
  ConfigDocument,
  IncludedFile,
  IncludeEntry,
  NamedModule,
  ValueReference,
} from "./documents.ts";
export type { JsonNode } from "./json_tree.ts";

/** How many findings are shown; a file with more has other problems. */
const MAX_SHOWN = 50;

/** What loading a config gives. */
export interface LoadResult {
  /** The Plan, `null` when there is an error. */
  readonly plan: Plan | null;
  /** The detectors given, and those that the config declares. */
  readonly registry: Registry;
  /** The tests inside the config, not tried yet; empty without a Plan. */
  readonly expectations: readonly Expectation[];
  /**
   * What files with bounds may come to name as targets; nothing when the config
   * has errors.
   */
  readonly reach: Reach;
  /** The texts, to print the diagnostics with. */
  readonly source: SourceMap;
  /** Everything found, in the order of the files. */
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Loads a config of one file; to include others is an error. Never throws: what
 * is wrong is in the diagnostics.
 *
 * @param file Name of the file, as messages show it.
 * @param registry The detectors that the config may name.
 */
export function loadConfig(
  file: string,
  bytes: Uint8Array,
  registry: Registry,
  options: LoadOptions = {},
): LoadResult {
  const documents = new ConfigDocuments(file, bytes);
  for (const entry of documents.entries) {
    documents.add(entry, [{
      file: entry.files,
      problem: "files are not included here",
    }]);
  }
  const problem = "files are not read here";
  documents.giveValues(({ path }) => ({ file: path, problem }));
  return loadDocuments(documents, registry, options);
}

/**
 * As {@linkcode loadConfig}, with the files that the config names: those that it
 * includes are added, and its values are given.
 */
export function loadDocuments(
  documents: ConfigDocuments,
  registry: Registry,
  options: LoadOptions = {},
): LoadResult {
  const source = documents.sources;
  const built = buildDocuments(documents, registry, options);
  if (built === null) {
    const { diagnostics } = documents;
    const nothing = { plan: null, expectations: [], reach: reachOf([]) };
    return { ...nothing, source, diagnostics, registry };
  }
  const { root, plan, detectors, expectations, bounds, found } = built;
  addAll(found, lint(root, plan.listeners));
  addAll(found, lintRejects(root));
  addAll(found, lintAdmin(root, plan));
  addAll(found, lintProtocols(root, plan, detectors.registry));
  addAll(found, lintFirstRequests(root, plan));
  addAll(found, lintUnixSockets(root, plan));
  addAll(found, lintPostgres(root, plan));
  found.sort((a, b) => a.span.offset - b.span.offset);
  const good = !found.some((diagnostic) => diagnostic.severity === "error");
  return {
    plan: good ? deepFreeze(plan) : null,
    registry: detectors.registry,
    expectations: good ? expectations : [],
    reach: reachOf(good ? [...bounds.bounds.values()] : []),
    source,
    diagnostics: found,
  };
}

/** What is shown of some diagnostics. */
export interface ShownDiagnostics {
  /** In the order in which they are given. */
  readonly shown: readonly Diagnostic[];
  /** How many are not. */
  readonly more: number;
}

/** Fifty of some diagnostics: errors first, then warnings, then notes. */
export function shownOf(diagnostics: readonly Diagnostic[]): ShownDiagnostics {
  const more = diagnostics.length - MAX_SHOWN;
  if (more <= 0) return { shown: diagnostics, more: 0 };
  const byWeight = (["error", "warning", "note"] as const).flatMap((weight) =>
    diagnostics.filter(({ severity }) => severity === weight)
  );
  const kept = new Set(byWeight.slice(0, MAX_SHOWN));
  return { shown: diagnostics.filter((one) => kept.has(one)), more };
}

/** The diagnostics as text, as many as are shown. */
export function formatDiagnostics(
  source: Sources,
  diagnostics: readonly Diagnostic[],
): string {
  const { shown, more } = shownOf(diagnostics);
  const texts = shown.map((diagnostic) => formatDiagnostic(source, diagnostic));
  return [...texts, ...(more > 0 ? [`and ${more} more`] : [])].join("\n");
}
