/**
 * `use_backend` and `default_backend`: which backend a connection is for.
 *
 * @module
 */
import type { Problems } from "../importer.ts";
import { all, type Expression, unknown, word } from "../ordered/expression.ts";
import { type Origin, quoted } from "../origin.ts";
import type { Conditions } from "./conditions.ts";
import { criterion } from "./criteria.ts";
import { type CriterionContext, splitOutside } from "./samples.ts";
import type { Ledger } from "./ledger.ts";
import type { MapLine } from "./pattern_files.ts";
import type { Proxy } from "./proxies.ts";
import { originOf, type Word } from "./words.ts";

/** The first one that fits decides. */
export interface BackendChoice {
  readonly when: Expression;
  /** Name of the backend; `null`: the one for all others. */
  readonly backend: string | null;
  readonly origin: Origin;
}

/** What reading them needs. */
export interface ChoiceContext extends Omit<CriterionContext, "origin"> {
  readonly problems: Problems;
  readonly ledger: Ledger;
  readonly backends: ReadonlyMap<string, Proxy>;
}

/** The choices of a frontend, in their order. */
export function backendChoices(
  proxy: Proxy,
  conditions: Conditions,
  context: ChoiceContext,
): BackendChoice[] {
  return proxy.own("use_backend").flatMap((line) => {
    const [keyword, name, ...condition] = line;
    if (name === undefined) {
      context.problems.add(keyword.origin, '"use_backend" names no backend');
      return [];
    }
    context.ledger.use(name);
    const when = conditions.read(condition);
    const origin = originOf(line);
    if (name.text.includes("%[")) {
      return dynamic(name, { when, origin }, context);
    }
    return isKnown(name, context) ? [{ when, backend: name.text, origin }] : [];
  });
}

/** The backend for all others; `null`: there is none. */
export function defaultBackend(
  proxy: Proxy,
  context: Pick<ChoiceContext, "problems" | "ledger" | "backends">,
): { readonly name: string; readonly origin: Origin } | null {
  const line = proxy.setting("default_backend");
  const name = line?.[1];
  if (line === undefined || name === undefined) return null;
  return isKnown(name, context)
    ? { name: name.text, origin: originOf(line) }
    : null;
}

function isKnown(
  name: Word,
  { problems, backends }: Pick<ChoiceContext, "problems" | "backends">,
): boolean {
  if (backends.has(name.text)) return true;
  problems.add(
    name.origin,
    `There is no backend of the name ${quoted(name.text)}`,
  );
  return false;
}

/**
 * A name that is made from the connection: `%[req.ssl_sni,lower,map(FILE)]`. If
 * there is no such backend, no other rule is tried.
 */
function dynamic(
  name: Word,
  { when, origin }: { when: Expression; origin: Origin },
  context: ChoiceContext,
): BackendChoice[] {
  const choices = namedBackends(name, origin, context);
  if (typeof choices === "string") {
    return [{ when: all(when, unknown(choices)), backend: null, origin }];
  }
  return [
    ...choices.map((choice) => ({
      ...choice,
      when: all(when, choice.when),
      origin,
    })),
    { when, backend: null, origin },
  ];
}

type Named = Omit<BackendChoice, "origin">;

function namedBackends(
  name: Word,
  origin: Origin,
  context: ChoiceContext,
): Named[] | string {
  const found = /^([^%]*)%\[([^\]]*)\]([^%]*)$/.exec(name.text);
  if (found === null) return "the name is made of several samples";
  const [, before = "", sample = "", after = ""] = found;
  const [fetch = "", ...converters] = splitOutside(sample);
  const last = converters.at(-1) ?? "";
  const map =
    /^map(?:_(str|beg|end|sub|dom|reg|dir|ip))?\(([^,)]+)(?:,([^)]*))?\)$/
      .exec(last);
  if (map !== null) {
    const [, method = "str", file = "", standard] = map;
    const lines = context.files.lines(file);
    if (typeof lines === "string") {
      return `the map ${quoted(file)} is not read: ${lines}`;
    }
    const samples = [fetch, ...converters.slice(0, -1)].join(",");
    return byMap(lines, { samples, method, standard, before, after }, {
      ...context,
      origin,
    });
  }
  if (!/^(?:req\.ssl_sni|req_ssl_sni)$/.test(fetch)) {
    return `the name comes from ${quoted(sample)}`;
  }
  if (converters.some((converter) => converter !== "lower")) {
    return `converters (${quoted(converters.join(","))})`;
  }
  return bySni(before, after, context);
}

/** Backends that are called like the server name. */
function bySni(
  before: string,
  after: string,
  { backends }: ChoiceContext,
): Named[] {
  return [...backends.keys()].flatMap((backend) => {
    if (!backend.startsWith(before) || !backend.endsWith(after)) return [];
    const host = backend.slice(before.length, backend.length - after.length);
    return /^[\w-]+(?:\.[\w-]+)+$/.test(host)
      ? [{ when: word("TLS", ["SNI", host.toLowerCase()]), backend }]
      : [];
  });
}

interface MapUse {
  readonly samples: string;
  readonly method: string;
  readonly standard: string | undefined;
  readonly before: string;
  readonly after: string;
}

function byMap(
  lines: readonly MapLine[],
  { samples, method, standard, before, after }: MapUse,
  context: ChoiceContext & CriterionContext,
): Named[] | string {
  const { origin, backends } = context;
  const missing = new Set<string>();
  const choices = lines.flatMap(({ key, value }): Named[] => {
    const backend = before + value + after;
    if (!backends.has(backend)) missing.add(backend);
    const words = [samples, "-i", "-m", method, "--", key]
      .map((text) => ({ text, origin, variables: [] }));
    return [{
      when: criterion(words, context),
      backend: backends.has(backend) ? backend : null,
    }];
  });
  for (const backend of missing) {
    context.remark(
      origin,
      `The map names ${
        quoted(backend)
      }, which is no backend: such connections are for the default backend`,
    );
  }
  if (standard === undefined) return ordered(choices, lines, method);
  const found = [samples, "-m", "found"]
    .map((text) => ({ text, origin, variables: [] }));
  const backend = before + standard + after;
  return [...ordered(choices, lines, method), {
    when: criterion(found, context),
    backend: backends.has(backend) ? backend : null,
  }];
}

/** Of prefixes and addresses the longest one is used. */
function ordered(
  choices: readonly Named[],
  lines: readonly MapLine[],
  method: string,
): Named[] {
  if (method !== "beg" && method !== "ip") return [...choices];
  return choices.map((choice, index) => ({ choice, key: lines[index]!.key }))
    .sort((a, b) => b.key.length - a.key.length)
    .map(({ choice }) => choice);
}
