/**
 * Tries a config's expectations, with the code that serves connections.
 *
 * @module
 */
import { targetText } from "../config/targets.ts";
import { type Diagnostic, didYouMean } from "../config/diagnostics.ts";
import type { Expectation, Expected } from "../config/expectation.ts";
import type { LoadResult } from "../config/load.ts";
import type { RoutePlan } from "../config/plan.ts";
import type { Transport } from "../detect/detector.ts";
import { type NamedRoute, namedRoutes } from "../config/routes.ts";
import { escapeUnprintable } from "../observe/log.ts";
import type { Choice } from "../proxy/choice.ts";
import { type ExplainContext, listenerContext } from "./context.ts";
import type { Decision } from "./decision.ts";
import {
  type ExplainedVerdict,
  explainFlow,
  type Explanation,
} from "./explain_flow.ts";
import type { Flow } from "./flow.ts";
import { sampleFlow } from "./sample.ts";
import { lostText, placeText } from "./words.ts";

/** How many rules that lost are named in one message. */
const MAX_LOST = 3;

/** An expectation that was tried. */
interface Trial {
  readonly expectation: Expectation;
  readonly explanation: Explanation;
  readonly decision: Decision;
  /** The detectors of the server. */
  readonly protocols: readonly string[];
  /** The routes of the server. */
  readonly routes: readonly NamedRoute[];
}

/** What is expected otherwise than it is. */
interface Mismatch {
  /** `expected target "x", found "y"`. */
  readonly text: string;
  /** Why that cannot be at all; `null`: it could. */
  readonly never: string | null;
  readonly expected: Expected<unknown>;
}

/** The expectations that do not hold, each with its place and the reason. */
export function failedExpectations(
  { plan, registry, expectations }: Pick<
    LoadResult,
    "plan" | "registry" | "expectations"
  >,
): Diagnostic[] {
  if (plan === null || expectations.length === 0) return [];
  const contexts = new Map(
    plan.listeners.map((listener) => [
      listener.address.text,
      listenerContext(listener, registry),
    ]),
  );
  return expectations.flatMap((expectation) => {
    const trial = tryOne(expectation, contexts.get(expectation.server)!);
    const mismatches = mismatchesOf(trial);
    const [first] = mismatches;
    return first === undefined ? [] : [{
      severity: "error",
      message: escapeUnprintable(failureText(trial, mismatches)),
      span: first.expected.span,
    }];
  });
}

function tryOne(expectation: Expectation, context: ExplainContext): Trial {
  const { plan } = context.listener!;
  const transport = plan.transport ?? "tcp";
  const explanation = explainFlow(flowOf(expectation, transport), context);
  return {
    expectation,
    explanation,
    decision: explanation.decision!,
    protocols: plan.protocols.map(({ protocol }) => protocol),
    routes: namedRoutes(plan),
  };
}

/** The connection of an expectation. */
function flowOf(
  { sample, from, timeMs }: Expectation,
  transport: Transport,
): Flow {
  return {
    ...sampleFlow(sample, transport),
    ...(from === null ? {} : { from }),
    ...(timeMs === null ? {} : { acceptedAt: timeMs }),
  };
}

function mismatchesOf(
  { expectation, explanation, decision: { choice }, protocols, routes }: Trial,
): Mismatch[] {
  const { protocol, rule, target, reject } = expectation;
  const targets = choice === null ? [] : targetsOf(choice.route);
  const mismatches: Mismatch[] = [];
  const found = explanation.protocol;
  if (protocol !== undefined && protocol.value !== found) {
    const known = [...protocols, "SILENT"];
    mismatches.push(mismatch("protocol", protocol, { known, found }));
  }
  if (rule !== undefined && rule.value !== choice?.rule) {
    const known = routes.map(({ rule }) => rule);
    const found = choice?.rule ?? null;
    mismatches.push(mismatch("rule", rule, { known, found }));
  }
  if (target !== undefined && !targetsFit(target.value, targets)) {
    const known = routes.flatMap(({ route }) => targetsOf(route));
    const found = targets.length === 0 ? null : targets.join(", ");
    mismatches.push(mismatch("target", target, { known, found }));
  }
  if (reject !== undefined && targets.length > 0) {
    const text = `expected reject, found target "${targets.join(", ")}"`;
    mismatches.push({ text, never: null, expected: reject });
  }
  return mismatches;
}

function mismatch(
  what: string,
  expected: Expected<string | readonly string[]>,
  { known, found }: {
    readonly known: readonly string[];
    readonly found: string | null;
  },
): Mismatch {
  const wanted = [expected.value].flat();
  const unknown = wanted.find((one) => !known.includes(one));
  return {
    text: `expected ${what} ${JSON.stringify(wanted.join(", "))}, found ${
      found === null ? "none" : JSON.stringify(found)
    }`,
    never: unknown === undefined
      ? null
      : `the server has no ${what} ${JSON.stringify(unknown)}${
        didYouMean(unknown, known)
      }`,
    expected,
  };
}

/** The targets of a route as the config spells them; none: it rejects. */
function targetsOf(route: RoutePlan): string[] {
  return route.action === "FORWARD" ? route.targets.map(targetText) : [];
}

/** One of them must be there; of a list all, and no other. */
function targetsFit(
  wanted: string | readonly string[],
  found: readonly string[],
): boolean {
  if (typeof wanted === "string") return found.includes(wanted);
  return JSON.stringify([...wanted].sort()) ===
    JSON.stringify([...found].sort());
}

function failureText(
  trial: Trial,
  mismatches: readonly Mismatch[],
): string {
  const { name } = trial.expectation;
  const { choice, why } = trial.decision;
  const reasons = [
    ...mismatches.flatMap(({ never }) => never ?? []),
    choice === null ? why : `${routeName(choice)}: ${why}`,
    ...trial.explanation.verdicts.flatMap((verdict) =>
      verdictReason(trial, verdict) ?? []
    ),
    ...lostReasons(trial),
  ];
  return `Expectation${
    name === undefined ? "" : ` ${JSON.stringify(name)}`
  } failed: ${mismatches.map(({ text }) => text).join("; ")} (${
    reasons.join("; ")
  })`;
}

function routeName({ rule, route }: Choice): string {
  return `rule ${rule}${route.action === "REJECT" ? " (REJECT)" : ""}`;
}

/** Says of the expected detector why it did not match, and what is broken. */
function verdictReason(
  { expectation: { protocol, rule }, explanation }: Trial,
  explained: ExplainedVerdict,
): string | null {
  const { detector, verdict, counts } = explained;
  const found = explanation.protocol;
  const wanted = detector === (protocol?.value ?? rule?.value.split("/")[0]) &&
    detector !== found;
  if (!counts) {
    return wanted ? `${detector}: not asked, ${found} is before it` : null;
  }
  if (verdict.kind === "malformed") {
    return `${detector}: malformed, ${verdict.why}`;
  }
  return wanted
    ? `${detector}: ${verdict.kind} at ${placeText(explained)}`
    : null;
}

/** Why the expected rule lost, or those that lead to the expected target. */
function lostReasons(
  { expectation: { rule, target }, decision, routes }: Trial,
): string[] {
  const wanted = target === undefined ? [] : [target.value].flat();
  const leading = routes
    .filter(({ route }) => targetsOf(route).some((one) => wanted.includes(one)))
    .map((named) => named.rule);
  return decision.lost
    .filter((lost) => lost.rule === rule?.value || leading.includes(lost.rule))
    .slice(0, MAX_LOST)
    .map((lost) => `${lost.rule}: ${lostText(lost)}`);
}
