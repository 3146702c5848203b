/**
 * What nginx's variables are for a connection.
 *
 * @module
 */
import type { Problems } from "../importer.ts";
import { type Origin, quoted } from "../origin.ts";
import {
  type Case,
  type Cases,
  joinCases,
  literalOf,
  MAX_CASES,
  type Part,
  type Raw,
  under,
} from "./cases.ts";
import type { Argument, Block } from "./directives.ts";
import { compositeConditions } from "./composite_key.ts";
import { keyConditions, keyFits } from "./map_keys.ts";
import type { MapVariable } from "./maps.ts";
import type { Say } from "./say.ts";

/** What a text is evaluated for. */
export interface Situation {
  /** Whether the connection has a hello whose fields nginx reads. */
  readonly tls: boolean;
  /** Variables that are known. */
  readonly known: ReadonlyMap<string, string>;
}

/** The variables of a config. */
export interface Variables {
  readonly maps: ReadonlyMap<string, MapVariable>;
  /** Those of `set`. */
  readonly texts: ReadonlyMap<string, Argument>;
}

const RAW: Readonly<Record<string, Raw>> = {
  ssl_preread_server_name: "sni",
  ssl_preread_alpn_protocols: "alpn",
  ssl_preread_protocol: "protocol",
  remote_addr: "address",
  binary_remote_addr: "address",
  realip_remote_addr: "address",
  proxy_protocol_addr: "address",
};

const VARIABLE = /\$\{(\w+)\}|\$(\w+)/g;

/** What an evaluator needs. */
export interface EvaluatorContext {
  readonly problems: Problems;
  /** Is told what cannot be said, perhaps several times. */
  readonly say: Say;
  /** The variables that were evaluated are added, with their `$`. */
  readonly used: Set<string>;
}

/** The variables that `set` gives in a block. */
export function textsOf(block: Block): Map<string, Argument> {
  const texts = new Map<string, Argument>();
  for (const { args } of block.all("set")) {
    const [name, value] = args;
    if (name?.text.startsWith("$") && value) {
      texts.set(name.text.slice(1).toLowerCase(), value);
    }
  }
  return texts;
}

/** Evaluates texts with variables. */
export class Evaluator {
  readonly #variables: Variables;
  readonly #problems: Problems;
  readonly #say: Say;
  readonly #used: Set<string>;
  readonly #open = new Set<string>();
  /** Whether something has too many values: what follows is not looked up. */
  #isTooMuch = false;

  /** Evaluates texts with some variables. */
  constructor(
    variables: Variables,
    { problems, say, used }: EvaluatorContext,
  ) {
    this.#variables = variables;
    this.#problems = problems;
    this.#say = say;
    this.#used = used;
  }

  /** The cases of a text; the last one has no conditions. */
  text({ text, origin }: Argument, situation: Situation): Cases {
    let cases: Cases = [{ conditions: [], parts: [], origin }];
    let at = 0;
    const add = (more: Cases) => {
      if (cases.length * more.length > MAX_CASES) {
        this.#isTooMuch = true;
        this.#problems.add(
          origin,
          `${quoted(text)} has too many values: expected at most ${MAX_CASES}`,
        );
      } else cases = joinCases(cases, more);
    };
    const literal = (value: string) => {
      if (value !== "") add([{ conditions: [], parts: [value], origin }]);
    };
    for (const found of text.matchAll(VARIABLE)) {
      literal(text.slice(at, found.index));
      at = found.index + found[0].length;
      const name = (found[1] ?? found[2]!).toLowerCase();
      add(this.#variable(name, origin, situation));
    }
    literal(text.slice(at));
    return cases;
  }

  #variable(name: string, origin: Origin, situation: Situation): Cases {
    const whole = (part: Part): Cases => [
      { conditions: [], parts: part === "" ? [] : [part], origin },
    ];
    const known = situation.known.get(name);
    if (known !== undefined) return whole(known);
    const raw = RAW[name];
    if (raw !== undefined) {
      const absent = raw !== "address" && !situation.tls;
      return whole(absent ? "" : { raw });
    }
    const map = this.#variables.maps.get(name);
    const text = this.#variables.texts.get(name);
    if (this.#isTooMuch || map === undefined && text === undefined) {
      return whole({ unknown: `$${name}` });
    }
    if (this.#open.has(name)) {
      this.#problems.add(origin, `${quoted(`$${name}`)} depends on itself`);
      return whole({ unknown: `$${name}` });
    }
    this.#open.add(name);
    this.#used.add(`$${name}`);
    // nginx sets what `set` says before it has read a hello.
    const cases = map === undefined
      ? this.text(text!, { ...situation, tls: false })
      : this.#map(map, situation);
    this.#open.delete(name);
    return cases;
  }

  #map(map: MapVariable, situation: Situation): Cases {
    const cases: Case[] = [];
    for (const source of this.text(map.source, situation)) {
      for (const one of this.#lookUp(source, map, situation)) {
        cases.push({
          ...one,
          conditions: [...source.conditions, ...one.conditions],
        });
        if (cases.length > MAX_CASES) {
          this.#isTooMuch = true;
          this.#problems.add(
            map.directive.origin,
            `The map has too many values: expected at most ${MAX_CASES}`,
          );
          return cases;
        }
      }
    }
    return cases;
  }

  /** What a map has for one value of its source. */
  #lookUp(source: Case, map: MapVariable, situation: Situation): Cases {
    const value = literalOf(source);
    const { parts } = source;
    const [part] = parts;
    const raw = parts.length === 1 && typeof part === "object" && "raw" in part
      ? part.raw
      : null;
    const cases: Case[] = [];
    for (const entry of map.entries) {
      if (value !== null && !map.geo) {
        if (!keyFits(entry, value)) continue;
        return [...cases, ...this.text(entry.value, situation)];
      }
      const found = raw !== null
        ? keyConditions(raw, entry)
        : compositeConditions(parts, entry);
      if (found.ok === "never") continue;
      if (!found.ok) {
        this.#say(
          entry.origin,
          `The entry ${quoted(entry.key)} is left out: ${found.problem}`,
        );
        continue;
      }
      if (found.note !== undefined) this.#say(entry.origin, found.note);
      cases.push(
        ...under(
          found.conditions,
          this.text(entry.value, situation),
          entry.origin,
        ),
      );
    }
    return [...cases, ...this.#fallback(map, situation)];
  }

  #fallback(map: MapVariable, situation: Situation): Cases {
    const { directive, fallback } = map;
    return fallback === null
      ? [{ conditions: [], parts: [], origin: directive.origin }]
      : this.text(fallback, situation);
  }
}
