/**
 * Reading the rules that labels ask for, each once.
 *
 * @module
 */
import { unknownProtocol } from "../config/protocol_names.ts";
import { CATCHALL } from "../config/rule_tokens.ts";
import { parseRule } from "../config/rules.ts";
import { PSEUDO_PROTOCOLS, type Registry } from "../detect/registry.ts";
import { commonWords } from "../rule/common_words.ts";
import type { Condition } from "../rule/condition.ts";
import { Prover } from "../rule/implication.ts";
import type { WantedRoute } from "./wanted_route.ts";

/** A rule that was read, or what is wrong with it. */
export type ReadRule =
  | {
    readonly ok: true;
    /** As the config has it. */
    readonly text: string;
    /** Without an order: rules with the same one are one. */
    readonly identity: string;
    readonly conditions: readonly Condition[];
  }
  | { readonly ok: false; readonly problem: string };

/** How many rules are remembered. */
const MAX_REMEMBERED = 20_000;

/** Reads rules, with the detectors of a config. */
export class RuleReader {
  readonly #registry: Registry;
  readonly #read = new Map<string, ReadRule>();

  /** @param registry The detectors that the config knows. */
  constructor(registry: Registry) {
    this.#registry = registry;
  }

  /** Reads the rule of a route. */
  read({ listen, protocol, rule }: WantedRoute): ReadRule {
    const transport = listen.endsWith("/udp") ? "udp" : "tcp";
    const key = `${transport} ${protocol} ${rule}`;
    const known = this.#read.get(key);
    if (known !== undefined) return known;
    const read = this.#parse(rule, protocol, { transport });
    if (this.#read.size >= MAX_REMEMBERED) this.#read.clear();
    this.#read.set(key, read);
    return read;
  }

  #parse(
    rule: string,
    protocol: string,
    { transport }: { readonly transport: "tcp" | "udp" },
  ): ReadRule {
    const pseudo: readonly string[] = PSEUDO_PROTOCOLS;
    const detector = this.#registry.getFor(transport, protocol);
    if (detector === undefined && !pseudo.includes(protocol)) {
      const problem = unknownProtocol(protocol, this.#registry, transport);
      return { ok: false, problem };
    }
    if (rule === CATCHALL) {
      return { ok: true, text: CATCHALL, identity: CATCHALL, conditions: [] };
    }
    if (detector === undefined) {
      const problem = `${protocol} has only the rule ${CATCHALL}: found ${
        JSON.stringify(rule.slice(0, 64))
      }`;
      return { ok: false, problem };
    }
    const words = { own: detector.rules, common: commonWords() };
    const prover = new Prover();
    const { text, conditions, problems } = parseRule(rule, {
      protocol,
      words,
      prover,
    });
    const wrong = problems.find(({ severity }) => severity === "error");
    if (wrong !== undefined) return { ok: false, problem: wrong.message };
    const identity = conditions
      .map((each) => `${each.negated ? "!" : ""}${each.identity}`)
      .sort().join(" ");
    return { ok: true, text, identity, conditions };
  }
}
