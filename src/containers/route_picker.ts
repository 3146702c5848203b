/**
 * Asking the config about the routes that containers want, each once.
 *
 * @module
 */
import type { JudgedRoute, RouteJudge } from "../config/include/judge.ts";
import type { Transport } from "../detect/detector.ts";
import { labelName } from "./labels.ts";
import {
  namesOf,
  type TargetChoice,
  type WantedRoute,
} from "./wanted_route.ts";

/** A route that the config allows, or why it does not. */
export type Picked =
  | {
    readonly ok: true;
    readonly route: JudgedRoute;
    /** The one of the choices that is allowed. */
    readonly target: string;
    /** Rules with the same one are one. */
    readonly identity: string;
  }
  | { readonly ok: false; readonly problem: string };

/** How many routes are remembered. */
const MAX_REMEMBERED = 20_000;

/** Picks targets, and remembers what the config said. */
export class RoutePicker {
  readonly #judge: RouteJudge;
  readonly #picked = new Map<string, Picked>();

  /** @param judge That of the config; another one needs another picker. */
  constructor(judge: RouteJudge) {
    this.#judge = judge;
  }

  /** The servers that containers may use, with what each is for. */
  get listeners(): ReadonlyMap<string, Transport> {
    return this.#judge.listeners;
  }

  /** Picks the target of a route. */
  pick(route: WantedRoute): Picked {
    const { listen, protocol, rule, sendProxy, choices, name } = route;
    const key = JSON.stringify([
      listen,
      protocol,
      rule,
      sendProxy,
      choices,
      name,
    ]);
    const known = this.#picked.get(key);
    if (known !== undefined) return known;
    const picked = this.#pick(route);
    if (this.#picked.size >= MAX_REMEMBERED) this.#picked.clear();
    this.#picked.set(key, picked);
    return picked;
  }

  #pick(route: WantedRoute): Picked {
    const allowed = new Map<string, Picked & { readonly ok: true }>();
    let problem = "";
    for (const choice of route.choices) {
      const picked = this.#judged(route, choice);
      if (!picked.ok) problem ||= picked.problem;
      // Of both families of a network, the first.
      else if (!allowed.has(choice.network)) {
        allowed.set(choice.network, picked);
      }
    }
    const [only] = allowed.values();
    if (only === undefined) return { ok: false, problem };
    if (allowed.size === 1) return only;
    const names = namesOf([...allowed.keys()].map((name) => ({ name })));
    const label = labelName(route.name, "network");
    return {
      ok: false,
      problem:
        `it is in ${allowed.size} networks: expected a label "${label}" with one of ${names}`,
    };
  }

  #judged(
    { listen, protocol, rule, sendProxy }: WantedRoute,
    { target }: TargetChoice,
  ): Picked {
    const verdict = this.#judge.judge({
      server: listen,
      protocol,
      rule,
      action: {
        action: "FORWARD",
        to_addr: target,
        ...(sendProxy === null ? {} : { send_proxy: sendProxy }),
      },
    });
    if (!verdict.ok) return { ok: false, problem: verdict.problems.join("; ") };
    const { route } = verdict;
    const conditions = route.rule.conditions
      .map(({ negated, identity }) => `${negated ? "!" : ""}${identity}`)
      .sort();
    const identity = JSON.stringify([listen, protocol, ...conditions]);
    return { ok: true, route, target, identity };
  }
}
