/**
 * Applies the bounds of a config's includes to what their files say.
 *
 * @module
 */
import type { AdminPlan } from "../admin_plan.ts";
import type { BuiltRule } from "../built_rule.ts";
import type { Diagnostic } from "../diagnostics.ts";
import {
  type ConfigDocument,
  type ConfigDocuments,
  isBounded,
} from "../documents.ts";
import { properties, property } from "../json_tree.ts";
import { type Bounds, boundsOf } from "./bounds.ts";
import { checkBoundedFile, checkBoundedRule } from "./check_bounds.ts";
import { Claims } from "./claims.ts";
import type { IncludeEntry } from "./entries.ts";

/** What applying bounds needs. */
export interface EnforceContext {
  /** All rules that were read without an error. */
  readonly rules: readonly BuiltRule[];
  readonly admin: AdminPlan | undefined;
  readonly found: Diagnostic[];
}

/** The bounds of a config, and what they are about. */
export interface Enforced {
  /** The bounds of each entry that has some. */
  readonly bounds: ReadonlyMap<IncludeEntry, Bounds>;
  /** The rules of files without bounds. */
  readonly trusted: Claims;
  /** Those of files with bounds. */
  readonly others: Claims;
}

/** Reports what files with bounds say and may not. */
export function enforceBounds(
  documents: ConfigDocuments,
  { rules, admin, found }: EnforceContext,
): Enforced {
  const bounds = readBounds(documents, found);
  const trusted = new Claims();
  const others = new Claims();
  const bounded = new Map<ConfigDocument, BuiltRule[]>();
  for (const rule of rules) {
    const document = documents.at(rule.key.offset);
    if (!isBounded(document)) trusted.add(rule);
    else if (!bounded.get(document)?.push(rule)) bounded.set(document, [rule]);
  }
  for (const document of documents.included.filter(isBounded)) {
    const own = bounds.get(document.entry!)!;
    found.push(...checkBoundedFile(document.root, own));
    const its = bounded.get(document) ?? [];
    for (const rule of its) {
      const context = { bounds: own, trusted, others, admin };
      found.push(...checkBoundedRule(rule, context));
    }
    // The first file of several that name a host has it.
    for (const rule of its) others.add(rule);
  }
  return { bounds, trusted, others };
}

function readBounds(
  documents: ConfigDocuments,
  found: Diagnostic[],
): Map<IncludeEntry, Bounds> {
  const servers = documents.all.filter((document) => !isBounded(document))
    .flatMap(({ root }) =>
      properties(root === null ? undefined : property(root, "servers")?.value)
    ).map(({ name }) => name);
  const known = [...new Set(servers)];
  const bounds = new Map<IncludeEntry, Bounds>();
  for (const entry of documents.entries) {
    if (entry.within === null) continue;
    bounds.set(entry, boundsOf(entry.within, known, found));
  }
  return bounds;
}
