/**
 * Frontends and backends of an HAProxy config, with their defaults.
 *
 * @module
 */
import type { Problems } from "../importer.ts";
import { quoted } from "../origin.ts";
import type { Ledger } from "./ledger.ts";
import type { Section } from "./sections.ts";
import { type Line, originOf, type Word } from "./words.ts";

/** A `frontend`, `backend` or `listen` section. */
export class Proxy {
  readonly section: Section;
  readonly name: Word;
  readonly #inherited: readonly Line[];
  /** Its own lines by their first word. */
  readonly #byWord: ReadonlyMap<string, readonly Line[]>;
  readonly #ledger: Ledger;

  /** @param inherited The lines of its defaults, those that go first first. */
  constructor(
    { section, name }: { readonly section: Section; readonly name: Word },
    inherited: readonly Line[],
    ledger: Ledger,
  ) {
    this.section = section;
    this.name = name;
    this.#inherited = inherited;
    this.#byWord = Map.groupBy(section.lines, ([first]) => first.text);
    this.#ledger = ledger;
  }

  /** Its own lines. */
  get lines(): readonly Line[] {
    return this.section.lines;
  }

  /**
   * The line that holds for a setting: the last one. All of them are dealt with.
   *
   * @param keywords The words that it begins with: `timeout`, `client`.
   */
  setting(...keywords: readonly string[]): Line | undefined {
    const own = this.#own(keywords);
    const inherited = this.#inherited.filter((line) => begins(line, keywords));
    for (const line of [...own, ...inherited]) {
      // A value that is not known here is noted as what nobody has used.
      this.#ledger.use(
        ...line.slice(0, keywords.length + 1)
          .filter(({ variables }) => variables.length === 0),
      );
    }
    return own.at(-1) ?? inherited.at(-1);
  }

  /** Its own lines of a keyword, whose words are still to be dealt with. */
  own(...keywords: readonly string[]): Line[] {
    return this.#dealtWith(this.#own(keywords), keywords);
  }

  /** Lines of a keyword, those of the defaults first. */
  all(...keywords: readonly string[]): Line[] {
    const inherited = this.#inherited.filter((line) => begins(line, keywords));
    return this.#dealtWith([...inherited, ...this.#own(keywords)], keywords);
  }

  #own(keywords: readonly string[]): Line[] {
    return (this.#byWord.get(keywords[0]!) ?? [])
      .filter((line) => begins(line, keywords));
  }

  #dealtWith(lines: Line[], keywords: readonly string[]): Line[] {
    for (const line of lines) {
      this.#ledger.use(...line.slice(0, keywords.length));
    }
    return lines;
  }

  /**
   * The line of an option, if it is on: neither `no option` nor absent. All its
   * lines are dealt with.
   */
  option(name: string): Line | undefined {
    const lines = [...this.#inherited, ...this.lines].filter((line) =>
      begins(line, ["option", name]) || begins(line, ["no", "option", name])
    );
    for (const line of lines) this.#ledger.use(...line.slice(0, 3));
    const last = lines.at(-1);
    return last?.[0].text === "option" ? last : undefined;
  }

  /** `mode`: `tcp`, `http`, ...; `http` where nothing is said. */
  get mode(): string {
    return this.setting("mode")?.[1]?.text ?? "http";
  }

  /** Whether it is `disabled`, and not `enabled` behind that. */
  get disabled(): boolean {
    const lines = [...this.#inherited, ...this.lines]
      .filter(([{ text }]) => text === "disabled" || text === "enabled");
    for (const [word] of lines) this.#ledger.use(word);
    return lines.at(-1)?.[0].text === "disabled";
  }
}

/** The proxies of a config by what they do. */
export interface Proxies {
  /** `frontend` and `listen`. */
  readonly frontends: readonly Proxy[];
  /** `backend` and `listen`, by name. */
  readonly backends: ReadonlyMap<string, Proxy>;
}

/** What reading proxies may tell. */
export interface ProxiesContext {
  readonly problems: Problems;
  readonly ledger: Ledger;
}

/** Finds the proxies. */
export function proxiesOf(
  sections: readonly Section[],
  context: ProxiesContext,
): Proxies {
  const reader = new ProxyReader(context);
  for (const section of sections) {
    if (section.kind === "defaults") reader.defaults(section);
    else if (PROXIES.has(section.kind)) reader.proxy(section);
  }
  return {
    frontends: [...reader.frontends.values()],
    backends: reader.backends,
  };
}

const PROXIES = new Set(["frontend", "backend", "listen"]);

class ProxyReader {
  readonly frontends = new Map<string, Proxy>();
  readonly backends = new Map<string, Proxy>();
  readonly #context: ProxiesContext;
  readonly #named = new Map<string, readonly Line[]>();
  /** Those of the last `defaults`, which hold for what names none. */
  #latest: readonly Line[] = [];

  constructor(context: ProxiesContext) {
    this.#context = context;
  }

  defaults(section: Section): void {
    const { head, name, lines } = section;
    this.#context.ledger.useAll(head);
    this.#latest = [...this.#inherited(section) ?? [], ...lines];
    if (name !== undefined) this.#named.set(name.text, this.#latest);
  }

  proxy(section: Section): void {
    const { kind, head, name } = section;
    const { problems, ledger } = this.#context;
    const inherited = this.#inherited(section) ?? this.#latest;
    if (name === undefined) {
      problems.add(head[0].origin, `Section "${kind}" has no name`);
      return;
    }
    ledger.use(head[0], name);
    const proxy = new Proxy({ section, name }, inherited, ledger);
    if (kind !== "backend") this.#add(this.frontends, proxy);
    if (kind !== "frontend") this.#add(this.backends, proxy);
  }

  /** The lines of the defaults that a head names; `null`: it names none. */
  #inherited({ kind, head, name }: Section): readonly Line[] | null {
    const at = kind === "defaults" && name?.text === "from" ? 1 : 2;
    const [from, word] = head.slice(at);
    if (from?.text !== "from" || word === undefined) return null;
    this.#context.ledger.use(from, word);
    const found = this.#named.get(word.text);
    if (found === undefined) {
      this.#context.problems.add(
        word.origin,
        `There is no section "defaults" of the name ${quoted(word.text)}`,
      );
    }
    return found ?? null;
  }

  #add(known: Map<string, Proxy>, proxy: Proxy): void {
    const { name } = proxy;
    const first = known.get(name.text);
    if (first === undefined) {
      known.set(name.text, proxy);
      return;
    }
    this.#context.problems.add(
      name.origin,
      `Name ${quoted(name.text)} is used twice`,
      { origin: originOf(first.section.head), message: "first used here" },
    );
  }
}

function begins(line: Line, keywords: readonly string[]): boolean {
  return keywords.every((keyword, index) => line[index]?.text === keyword);
}
