/**
 * From the files of a config to a Plan that may have errors.
 *
 * @module
 */
import type { Registry } from "../detect/registry.ts";
import { addAll } from "./add_all.ts";
import { adminOf } from "./admin.ts";
import type { BuiltRule } from "./built_rule.ts";
import {
  buildDetectors,
  type BuiltDetectors,
  type OpenedModule,
} from "./detectors.ts";
import type { Diagnostic } from "./diagnostics.ts";
import {
  type ConfigDocument,
  type ConfigDocuments,
  isBounded,
} from "./documents.ts";
import type { Expectation } from "./expectation.ts";
import { buildExpectations } from "./expectations.ts";
import { allowedTree, trustedServers } from "./include/allowed_tree.ts";
import { enforceBounds, type Enforced } from "./include/enforce.ts";
import { mergeTrees } from "./include/merge.ts";
import { type JsonNode, property, spanOf } from "./json_tree.ts";
import type { Plan } from "./plan.ts";
import { buildServers } from "./servers.ts";
import { buildSettings, type Settings } from "./settings.ts";
import { checkShape } from "./shape.ts";
import { checkVersion } from "./version.ts";

/** What loading may be told. */
export interface LoadOptions {
  /**
   * The detector modules that the config names, by the detector's name, opened
   * before (see {@linkcode ConfigDocuments.modules}). Default: none, and to name
   * one is an error.
   */
  readonly modules?: ReadonlyMap<string, OpenedModule>;
}

/** What the files of a config say. */
export interface BuiltConfig {
  /** One tree of all files. */
  readonly root: JsonNode;
  /** Of what could be read, so that more can be found about it. */
  readonly plan: Plan;
  readonly defaults: Settings["defaults"];
  readonly detectors: BuiltDetectors;
  readonly expectations: readonly Expectation[];
  /** The bounds of includes. */
  readonly bounds: Enforced;
  /** What is wrong, in no order. */
  readonly found: Diagnostic[];
}

/** Reads the files; `null`: the config file itself cannot be parsed. */
export function buildDocuments(
  documents: ConfigDocuments,
  registry: Registry,
  { modules = new Map() }: LoadOptions,
): BuiltConfig | null {
  const { main, included, diagnostics } = documents;
  if (main.root === null) return null;
  const found = [...diagnostics];
  // Files that are included may bring the servers.
  const own = included.length > 0 ? withServers(main.root) : main.root;
  addAll(found, checkShape(own));
  addAll(found, versionOf(own));
  for (const document of included) {
    addAll(found, checkShape(document.root, "included"));
    addAll(found, versionOf(document.root));
  }
  const servers = trustedServers(documents.all);
  const trees = trustedFirst(included)
    .map((document) => allowedTree(document, servers));
  const root = mergeTrees(own, trees, found);
  const node = property(root, "detectors")?.value;
  const detectors = buildDetectors(node, { registry, modules, found });
  const rules: BuiltRule[] = [];
  const { defaults, ...settings } = buildSettings(root, found);
  const admin = adminOf(root, found);
  const context = { defaults, detectors, found, kept: rules };
  const plan = {
    version: String(property(root, "version")?.value.value),
    listeners: buildServers(root, context),
    detectors: detectors.declared,
    modules: detectors.modules,
    ...(admin === undefined ? {} : { admin }),
    ...settings,
  };
  const bounds = enforceBounds(documents, { rules, admin, found });
  const expectations = buildExpectations(root, found);
  return { root, plan, defaults, detectors, expectations, bounds, found };
}

/** A config with an object of servers, if there is none. */
function withServers(root: JsonNode): JsonNode {
  const { offset, length, children = [] } = root;
  if (root.type !== "object" || property(root, "servers") !== undefined) {
    return root;
  }
  const place = { offset, length };
  const key: JsonNode = { type: "string", value: "servers", ...place };
  const value: JsonNode = { type: "object", ...place, children: [] };
  const servers: JsonNode = {
    type: "property",
    ...place,
    children: [key, value],
  };
  return { ...root, children: [...children, servers] };
}

/**
 * The files in the order in which their protocols and rules are taken: what a
 * file with bounds says comes behind what all others say.
 */
function trustedFirst<D extends ConfigDocument>(files: readonly D[]): D[] {
  return [
    ...files.filter((file) => !isBounded(file)),
    ...files.filter(isBounded),
  ];
}

function versionOf(root: JsonNode): Diagnostic[] {
  const node = property(root, "version")?.value;
  if (node?.type !== "string") return [];
  const finding = checkVersion(node.value);
  return finding === null ? [] : [{ ...finding, span: spanOf(node) }];
}
