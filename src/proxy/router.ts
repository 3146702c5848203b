/**
 * Chooses the route of an identified connection.
 *
 * @module
 */
import type { ListenerPlan, ProtocolPlan, RoutePlan } from "../config/plan.ts";
import type { AnyDetector, Facts, Transport } from "../detect/detector.ts";
import type { Candidate } from "../detect/identify.ts";
import type { Registry } from "../detect/registry.ts";
import { commonWords } from "../rule/common_words.ts";
import { neededFacts, type Words } from "../rule/condition.ts";
import type { Connection } from "../rule/connection.ts";
import { rankRules } from "../rule/rank.ts";
import { RuleIndex } from "../rule/rule_index.ts";
import { TestedFacts } from "../rule/tested_facts.ts";
import { answerNeeds } from "./answers/answer_needs.ts";
import type { Choice } from "./choice.ts";
import { ToAll } from "./to_all.ts";

/** The route of a client whose bytes say nothing, if there is one. */
export interface SilentRoute {
  readonly protocol: "SILENT" | null;
  readonly choice: Choice | null;
}

/**
 * The routes of one listener, compiled for looking up. `View` is what its
 * detectors are shown: `Datagrams` of a listener for datagrams.
 */
export class Router<View = Uint8Array> {
  /**
   * The route of all clients, where their bytes decide nothing: a target that
   * speaks first need not wait for them. `null`: they may decide.
   */
  readonly atOnce: SilentRoute | null;
  /** How its clients are peeked at: as `PeekOptions` of `net/peek.ts`. */
  readonly peeking: {
    readonly silentAfterMs: number;
    readonly looksFirst: boolean;
  };
  /** The detectors to run, in the order of the config file. */
  readonly candidates: readonly Candidate<View>[];
  readonly #silent: Choice | null;
  readonly #catchall: Choice | null;
  readonly #protocols: readonly ProtocolRoutes[];

  /**
   * @throws {RangeError} When the plan names a detector, a rule word or a value
   * that the registry does not know.
   */
  constructor(plan: ListenerPlan, registry: Registry) {
    this.#catchall = choice("CATCHALL/CATCHALL", plan.catchall);
    this.#silent = choice("SILENT/CATCHALL", plan.silent);
    this.atOnce = joinsAtOnce(plan) ? this.routeSilent() : null;
    this.peeking = {
      silentAfterMs: plan.silentAfterMs ?? plan.detectTimeoutMs,
      looksFirst: this.atOnce !== null,
    };
    const common = commonWords();
    const detectorOf = detectorsOf<View>(plan, registry);
    this.#protocols = plan.protocols.map((protocol) => {
      const { rules: own, toAll } = detectorOf(protocol);
      const otherwise = this.#catchall;
      const options = { words: { own, common }, otherwise, toAll };
      return new ProtocolRoutes(protocol, options);
    });
    this.candidates = plan.protocols.map((protocol, index) => {
      const { needs, tested } = this.#protocols[index]!;
      const answers = answerNeeds(protocol, plan.catchall);
      return {
        detector: detectorOf(protocol),
        needs: new Set([...needs, ...answers]),
        isTested: (fact, learnt) =>
          answers.includes(fact) || tested.has(fact, learnt),
      };
    });
  }

  /**
   * The route of an identified connection: the most specific rule of its
   * protocol, else the protocol's catch-all, else the listener's. Of one that
   * does not say which target it is for, all that they leave open.
   *
   * @param index Place of the detector among the candidates.
   * @param facts What it has learnt.
   */
  route(index: number, facts: Facts, connection: Connection): Choice | null {
    return this.#protocols[index]!.find(facts, connection);
  }

  /** The route of a client that sends nothing until the timeout. */
  routeSilent(): SilentRoute {
    return this.#silent === null
      ? { protocol: null, choice: this.#catchall }
      : { protocol: "SILENT", choice: this.#silent };
  }

  /** The route of what no detector knows. */
  get catchall(): Choice | null {
    return this.#catchall;
  }
}

/** What {@linkcode ProtocolRoutes} needs beside the Plan's part. */
interface ProtocolOptions {
  readonly words: Words;
  /** The listener's catch-all. */
  readonly otherwise: Choice | null;
  /** As `Detector.toAll`. */
  readonly toAll: string | undefined;
}

/** The rules of one protocol, ready for looking up. */
class ProtocolRoutes {
  /** The facts that the rules test. */
  readonly needs: ReadonlySet<string>;
  /** The same by the hosts of the rules. */
  readonly tested: TestedFacts;
  readonly #index: RuleIndex;
  readonly #choices: readonly Choice[];
  readonly #catchall: Choice | null;
  /** The fact of what goes to all, and who chooses then. */
  readonly #toAll: { readonly fact: string; readonly chooser: ToAll } | null;

  constructor(
    plan: ProtocolPlan,
    { words, otherwise, toAll: fact }: ProtocolOptions,
  ) {
    const { protocol } = plan;
    const ranked = rankRules(plan.rules, words);
    this.#index = new RuleIndex(ranked.map(({ conditions }) => conditions));
    this.#choices = ranked.map(({ rule }) => ({
      rule: `${protocol}/${rule.text}`,
      route: rule.route,
    }));
    this.#catchall = choice(`${protocol}/CATCHALL`, plan.catchall) ?? otherwise;
    this.tested = new TestedFacts(ranked.map(({ conditions }) => conditions));
    this.needs = neededFacts(ranked.flatMap(({ conditions }) => conditions));
    const rules = ranked.map(({ conditions }, rank) => ({
      conditions,
      choice: this.#choices[rank]!,
    }));
    this.#toAll = fact === undefined ? null : {
      fact,
      chooser: new ToAll({ protocol, fact, rules, otherwise: this.#catchall }),
    };
  }

  find(facts: Facts, connection: Connection): Choice | null {
    if (this.#toAll !== null && facts[this.#toAll.fact] === true) {
      return this.#toAll.chooser.choose(facts, connection);
    }
    const rank = this.#index.first(facts, connection);
    return rank < 0 ? this.#catchall : this.#choices[rank]!;
  }
}

/** Whether all clients go to one and the same target, whatever they send. */
function joinsAtOnce({ protocols, silent, catchall }: ListenerPlan): boolean {
  const isOne = protocols.length === 0 &&
    (silent === null || catchall === null);
  return isOne && (silent ?? catchall)?.action === "FORWARD";
}

/** What finds the protocols of a listener, by its transport. */
function detectorsOf<View>(
  plan: Pick<ListenerPlan, "transport">,
  registry: Registry,
) {
  const transport: Transport = plan.transport ?? "tcp";
  return ({ protocol }: ProtocolPlan): AnyDetector<View> => {
    const detector = registry.getFor(transport, protocol);
    if (detector === undefined) {
      throw new RangeError(`Cannot route: there is no detector "${protocol}"`);
    }
    return detector as unknown as AnyDetector<View>;
  };
}

function choice(rule: string, route: RoutePlan | null): Choice | null {
  return route === null ? null : { rule, route };
}
