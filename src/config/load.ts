/**
 * From the bytes of a config file to a Plan, with all that is wrong on the way.
 *
 * @module
 */
import type { Registry } from "../detect/registry.ts";
import {
  type Diagnostic,
  formatDiagnostic,
  type SourceText,
} from "./diagnostics.ts";
import {
  buildDetectors,
  type BuiltDetectors,
  type ModuleReference,
  type OpenedModule,
  referencesIn,
} from "./detectors.ts";
import type { Expectation } from "./expectation.ts";
import { buildExpectations } from "./expectations.ts";
import { adminOf } from "./admin.ts";
import { lintAdmin } from "./admin_lint.ts";
import { lintFirstRequests } from "./first_request_lint.ts";
import { lint } from "./lint.ts";
import { deepFreeze, type Plan } from "./plan.ts";
import { lintProtocols } from "./protocol_lint.ts";
import { lintRejects } from "./reject.ts";
import { buildServers } from "./servers.ts";
import { buildSettings } from "./settings.ts";
import { checkShape } from "./shape.ts";
import { writeOut } from "./short_forms.ts";
import { type JsonNode, parseSource, property, spanOf } from "./source.ts";
import { checkVersion } from "./version.ts";

export type { ModuleReference, OpenedModule } from "./detectors.ts";

/** How many findings are printed; a file with more has other problems. */
const MAX_SHOWN = 50;

/** What loading a config gives. */
export interface LoadResult {
  /** The Plan, `null` when there is an error. */
  readonly plan: Plan | null;
  /** The detectors given, and those that the config declares. */
  readonly registry: Registry;
  /** The tests inside the config, not tried yet; empty without a Plan. */
  readonly expectations: readonly Expectation[];
  /** The text, to print the diagnostics with. */
  readonly source: SourceText;
  /** Everything found, in the order of the file. */
  readonly diagnostics: readonly Diagnostic[];
}

/** What loading may be told. */
export interface LoadOptions {
  /**
   * The detector modules that the config names, by the detector's name, opened
   * before (see {@linkcode moduleReferences}). Default: none, and to name one is
   * an error.
   */
  readonly modules?: ReadonlyMap<string, OpenedModule>;
}

/**
 * Loads a config. Never throws: what is wrong is in the diagnostics.
 *
 * @param file Name of the file, as messages show it.
 * @param registry The detectors that the config may name.
 */
export function loadConfig(
  file: string,
  bytes: Uint8Array,
  registry: Registry,
  { modules }: LoadOptions = {},
): LoadResult {
  const { source, root: given, diagnostics } = parseSource(file, bytes);
  if (given === null) {
    return { plan: null, source, diagnostics, registry, expectations: [] };
  }
  const found = [...diagnostics];
  const root = writeOut(given, found);
  found.push(...checkShape(root), ...versionOf(root));
  const detectors = buildDetectors(property(root, "detectors")?.value, {
    registry,
    modules: modules ?? new Map(),
    found,
  });
  const plan = buildPlan(root, detectors, found);
  const expectations = buildExpectations(root, found);
  found.push(...lint(root, plan.listeners), ...lintRejects(root));
  found.push(...lintAdmin(root, plan));
  found.push(...lintProtocols(root, plan, detectors.registry));
  found.push(...lintFirstRequests(root, plan));
  found.sort((a, b) => a.span.offset - b.span.offset);
  const good = !found.some((diagnostic) => diagnostic.severity === "error");
  return {
    plan: good ? deepFreeze(plan) : null,
    registry: detectors.registry,
    expectations: good ? expectations : [],
    source,
    diagnostics: found,
  };
}

/**
 * The detector modules that a config names, good or bad as it may be, to be
 * opened before it is loaded.
 */
export function moduleReferences(
  file: string,
  bytes: Uint8Array,
): ModuleReference[] {
  const { root } = parseSource(file, bytes);
  const node = root === null ? undefined : property(root, "detectors")?.value;
  return referencesIn(node);
}

/** The diagnostics as text, the first fifty of them. */
export function formatDiagnostics(
  source: SourceText,
  diagnostics: readonly Diagnostic[],
): string {
  const shown = diagnostics.slice(0, MAX_SHOWN)
    .map((diagnostic) => formatDiagnostic(source, diagnostic));
  if (diagnostics.length > MAX_SHOWN) {
    shown.push(`and ${diagnostics.length - MAX_SHOWN} more`);
  }
  return shown.join("\n");
}

function versionOf(root: JsonNode): Diagnostic[] {
  const node = property(root, "version")?.value;
  if (node?.type !== "string") return [];
  const finding = checkVersion(node.value);
  return finding === null ? [] : [{ ...finding, span: spanOf(node) }];
}

function buildPlan(
  root: JsonNode,
  detectors: BuiltDetectors,
  found: Diagnostic[],
): Plan {
  const { defaults, ...settings } = buildSettings(root, found);
  const admin = adminOf(root, found);
  return {
    version: String(property(root, "version")?.value.value),
    listeners: buildServers(root, { defaults, detectors, found }),
    detectors: detectors.declared,
    modules: detectors.modules,
    ...(admin === undefined ? {} : { admin }),
    ...settings,
  };
}
