/**
 * Frontends as servers.
 *
 * @module
 */
import type { Registry } from "../../detect/registry.ts";
import type { Problems } from "../importer.ts";
import {
  ANYTHING,
  type OrderedRule,
  type TranslatedServer,
  translateServer,
} from "../ordered/ordered_server.ts";
import { unreachedText } from "../ordered/unreached.ts";
import { all } from "../ordered/expression.ts";
import { type Note, type Origin, quoted } from "../origin.ts";
import {
  type BackendChoice,
  backendChoices,
  defaultBackend,
} from "./backend_choices.ts";
import { type Action, REJECT } from "../ordered/actions.ts";
import {
  type BackendRules,
  backendRules,
  NO_BACKEND,
} from "./backend_rules.ts";
import { Backend } from "./backends.ts";
import { type Listener, listenersOf } from "./binds.ts";
import { type ClientBlocks, clientBlocks } from "./client_blocks.ts";
import { Conditions } from "./conditions.ts";
import {
  type ContentRules,
  contentRules,
  type Refusal,
  variablesOf,
} from "./content_rules.ts";
import type { DeclaredDetectors } from "../ordered/declared_detectors.ts";
import type { Ledger } from "./ledger.ts";
import type { PatternFiles } from "./pattern_files.ts";
import type { Proxy } from "./proxies.ts";
import type { Timeouts } from "./timeouts.ts";
import { originOf } from "./words.ts";

/** A server that a frontend becomes. */
export interface FrontendServer {
  readonly listener: Listener;
  readonly proxy: Proxy;
  readonly rules: TranslatedServer<Action>;
  readonly content: ContentRules;
  readonly blocks: ClientBlocks;
}

/** What translating frontends needs. */
export interface FrontendContext {
  readonly problems: Problems;
  readonly ledger: Ledger;
  readonly files: PatternFiles;
  readonly detectors: DeclaredDetectors;
  readonly backends: ReadonlyMap<string, Proxy>;
  readonly timeouts: Timeouts;
  /** Gets the names of the sections "resolvers" that are used. */
  readonly resolvers: Set<string>;
  /** The detectors that rules may name, with those declared so far. */
  registry(): Registry;
  /** Told what has no equivalent, or is not quite the same. */
  note(origin: Origin, text: string): void;
}

/** Translates frontends; the backends that they use are read once. */
export class Frontends {
  readonly #context: FrontendContext;
  readonly #backends = new Map<string, Backend>();

  /** Makes a translator. */
  constructor(context: FrontendContext) {
    this.#context = context;
  }

  /** The names of the backends that are used. */
  get used(): ReadonlySet<string> {
    return new Set(this.#backends.keys());
  }

  /** What the backends that are used cannot do. */
  get backendNotes(): Note[] {
    return [...this.#backends.values()].flatMap(({ allNotes }) => allNotes);
  }

  /** The servers of a frontend: one for each address. */
  servers(proxy: Proxy): FrontendServer[] {
    const { note } = this.#context;
    const listeners = listenersOf(proxy, this.#context);
    if (listeners === null) {
      const { head, lines } = proxy.section;
      this.#context.ledger.useAll([head, ...lines].flat());
      return [];
    }
    if (listeners.length === 0) {
      const origin = originOf(proxy.section.head);
      note(origin, `${quoted(proxy.name.text)} has no address to listen on`);
      // What else is wrong with it is found all the same.
      this.#server(proxy, {
        address: "",
        host: "",
        port: null,
        acceptProxy: null,
        origin,
      });
    }
    return listeners.map((listener) => this.#server(proxy, listener));
  }

  #server(proxy: Proxy, listener: Listener): FrontendServer {
    const { note, ...context } = this.#context;
    const where = {
      ...context,
      variables: variablesOf(proxy),
      listener,
      remark: note,
    };
    const conditions = new Conditions(proxy, where);
    const content = contentRules(proxy, conditions, { ...context, note });
    const choices = backendChoices(proxy, conditions, where);
    const backends = new Map<string, BackendRules>();
    const rulesOf = (name: string) => {
      const known = backends.get(name) ??
        backendRules(this.#backend(name), { proxy, listener }, this.#context);
      backends.set(name, known);
      return known;
    };
    const fallback = this.#fallback(proxy, rulesOf);
    // What all connections are for refuses as the frontend does.
    const isOnly = choices.length === 0;
    const blocks = clientBlocks([
      ...content.refusals,
      ...isOnly ? fallback.refusals : [],
    ]);
    const rules: OrderedRule<Action>[] = [
      ...blocks.rest.map(refused),
      ...choices.flatMap(({ backend, ...choice }) =>
        chosen(choice, backend === null ? fallback : rulesOf(backend))
      ),
      ...isOnly ? [] : fallback.refusals.map(refused),
      ...fallback.servers,
    ];
    const translated = translateServer({ rules, otherwise: fallback }, {
      registry: context.registry(),
      transport: "tcp",
      hasAddresses: listener.port !== null || listener.acceptProxy !== null ||
        content.expectProxy.length > 0,
      problem: (rule, reason) =>
        note(
          rule.origin,
          rule.action === REJECT
            ? `Not refused here: ${reason}`
            : `Without this rule its connections go on to the rules behind it: ${reason}`,
        ),
      unreached: (one) => note(one.origin, unreachedText(one)),
    });
    this.#checkDelay(proxy, content, translated);
    const inspectDelay = longest([content, ...backends.values()]);
    return {
      listener,
      proxy,
      rules: translated,
      content: { ...content, inspectDelay },
      blocks,
    };
  }

  /** What is done where no `use_backend` fits. */
  #fallback(
    proxy: Proxy,
    rulesOf: (name: string) => BackendRules,
  ): BackendRules & { readonly origin: Origin } {
    const named = defaultBackend(proxy, this.#context);
    const origin = named?.origin ?? originOf(proxy.section.head);
    const name = named?.name ??
      (proxy.section.kind === "listen" ? proxy.name.text : null);
    return { ...name === null ? NO_BACKEND : rulesOf(name), origin };
  }

  #backend(name: string): Backend {
    const known = this.#backends.get(name) ??
      new Backend(this.#context.backends.get(name)!, this.#context);
    this.#backends.set(name, known);
    return known;
  }

  /** Without a delay HAProxy decides by what has come when it looks. */
  #checkDelay(
    proxy: Proxy,
    { inspectDelay }: ContentRules,
    { protocols }: TranslatedServer<Action>,
  ): void {
    const named = protocols.filter(({ protocol }) => protocol !== ANYTHING);
    if (inspectDelay !== null || named.length === 0) return;
    this.#context.note(
      originOf(proxy.section.head),
      'Without "tcp-request inspect-delay" HAProxy decides by the bytes that have come by then, often none; passthru waits for those that it needs',
    );
  }
}

function refused(refusal: Refusal): OrderedRule<Action> {
  return { ...refusal, action: REJECT };
}

/** The rules of a backend, for the connections that are for it. */
function chosen(
  { when, origin }: Omit<BackendChoice, "backend">,
  { refusals, servers, action }: BackendRules,
): OrderedRule<Action>[] {
  return [
    ...[...refusals.map(refused), ...servers]
      .map((rule) => ({ ...rule, when: all(when, rule.when) })),
    { when, origin, action },
  ];
}

/** The longest of the delays that frontends and backends have. */
function longest(
  of: readonly Pick<ContentRules, "inspectDelay">[],
): ContentRules["inspectDelay"] {
  return of.map(({ inspectDelay }) => inspectDelay)
    .reduce((most, one) => (one?.ms ?? 0) > (most?.ms ?? 0) ? one : most, null);
}
