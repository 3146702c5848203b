/**
 * What holds for the facts of every detector: they are in form, and described
 * where the detector has docs.
 *
 * @module
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import type { Detector, Facts, Verdict } from "../detect/detector.ts";
import { normalizeHost } from "../detect/host.ts";

/** What is checked of a detector, of whatever transport. */
export type Described = Pick<Detector, "name" | "docs">;

/** The openings of connections that match. */
export interface Openings {
  readonly positive: readonly { readonly bytes: Uint8Array }[];
  /** Whether they are only some, which need not give every fact. */
  readonly partial?: boolean;
}

/**
 * Registers the check that the docs describe the facts that are given, and no
 * others. All are asked for, so that the costly ones are given too.
 */
export function testDescribed(
  detector: Detector,
  { positive, partial = false }: Openings,
): void {
  Deno.test(`${detector.name}: its docs describe the facts that it gives`, () => {
    const described = Object.keys(detector.docs!.facts)
      .filter((fact) => !fact.endsWith(":")).sort();
    const state = { ended: true, needs: new Set(described) };
    const given = new Set(positive.flatMap(({ bytes }) => {
      const verdict = detector.detect(bytes, state);
      return verdict.kind === "match" ? Object.keys(verdict.facts) : [];
    }));
    const expected = partial
      ? described.filter((fact) => given.has(fact))
      : described;
    assertEquals([...given].sort(), expected);
  });
}

/** Checks that every fact is described, if the detector has docs. */
export function checkDescribed({ name, docs }: Described, facts: Facts): void {
  if (docs === undefined) return;
  for (const fact of Object.keys(facts)) {
    // "header:" stands for all facts that begin so.
    const described = fact.replace(/(?<=:).*/, "");
    assert(
      Object.hasOwn(docs.facts, described),
      `${name} does not describe its fact "${fact}"`,
    );
  }
}

/**
 * Checks that facts are described, and that those of hosts are normalised and
 * hold nothing that a name may not.
 */
export function checkFacts(detector: Described, verdict: Verdict): void {
  if (verdict.kind !== "match") return;
  checkDescribed(detector, verdict.facts);
  for (const [fact, value] of Object.entries(verdict.facts)) {
    if (fact !== "host" && fact !== "sni") continue;
    assert(typeof value === "string");
    assertEquals(value, normalizeHost(value));
    // A host of HTTP may hold escapes, a server name may not.
    const form = fact === "host" ? /^[a-z0-9_.:%~-]+$/ : /^[a-z0-9_.:-]+$/;
    assertMatch(value, form);
  }
}
