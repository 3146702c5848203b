/**
 * Applies the bounds of a config's includes to what their files say.
 *
 * @module
 */
import { addAll } from "../add_all.ts";
import type { AdminPlan } from "../admin_plan.ts";
import type { BuiltRule } from "../built_rule.ts";
import type { Diagnostic } from "../diagnostics.ts";
import {
  type ConfigDocument,
  type ConfigDocuments,
  isBounded,
} from "../documents.ts";
import { PROOF_STEPS, Prover } from "../../rule/implication.ts";
import { spanOf } from "../json_tree.ts";
import { trustedServers } from "./allowed_tree.ts";
import { type Bounds, boundsOf } from "./bounds.ts";
import { checkBoundedFile, checkBoundedRule } from "./check_bounds.ts";
import { Claims, MAX_WITHOUT_HOST } from "./claims.ts";
import type { IncludeEntry } from "./entries.ts";
import { hostsOf } from "./host_pattern.ts";

/** Steps of proofs for all files: as many as so many files may use up. */
const MAX_FILES_COMPARED = 10;

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
  /** The rules of files without bounds; empty if there are no others. */
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
  if (bounds.size === 0) return { bounds, trusted, others };
  const bounded = new Map<ConfigDocument, BuiltRule[]>();
  let stepsLeft = MAX_FILES_COMPARED * PROOF_STEPS;
  for (const rule of rules) {
    const document = documents.at(rule.key.offset);
    if (!isBounded(document)) trusted.add(rule);
    else if (!bounded.get(document)?.push(rule)) bounded.set(document, [rule]);
  }
  for (const document of documents.included.filter(isBounded)) {
    const own = bounds.get(document.entry!)!;
    addAll(found, checkBoundedFile(document.root, own));
    const its = bounded.get(document) ?? [];
    const most = tooManyWithoutHost(its);
    if (most !== null) {
      found.push(most);
      continue;
    }
    const prover = new Prover(Math.min(PROOF_STEPS, stepsLeft));
    const context = { bounds: own, trusted, others, prover, admin };
    for (const rule of its) {
      addAll(found, checkBoundedRule(rule, context));
    }
    stepsLeft -= PROOF_STEPS - prover.stepsLeft;
    // The first file of several that name a host has it.
    for (const rule of its) others.add(rule);
  }
  return { bounds, trusted, others };
}

/** A file that would take long to compare with others; `null`: it does not. */
function tooManyWithoutHost(rules: readonly BuiltRule[]): Diagnostic | null {
  const without = rules.filter(({ conditions }) =>
    hostsOf(conditions).length === 0
  );
  const first = without[MAX_WITHOUT_HOST];
  return first === undefined ? null : {
    severity: "error",
    message:
      `The file has ${without.length} rules without a condition on the host: expected at most ${MAX_WITHOUT_HOST}`,
    span: spanOf(first.key),
  };
}

function readBounds(
  documents: ConfigDocuments,
  found: Diagnostic[],
): Map<IncludeEntry, Bounds> {
  const known = [...trustedServers(documents.all)];
  const bounds = new Map<IncludeEntry, Bounds>();
  for (const entry of documents.entries) {
    if (entry.within === null) continue;
    bounds.set(entry, boundsOf(entry.within, known, found));
  }
  return bounds;
}
