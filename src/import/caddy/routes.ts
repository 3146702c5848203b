/**
 * Routes with their handlers as rules in an order.
 *
 * @module
 */
import { type Action, REJECT } from "../ordered/actions.ts";
import { addressBlocks } from "../ordered/address_tests.ts";
import { all, type Expression, TRUE } from "../ordered/expression.ts";
import type { OrderedRule } from "../ordered/ordered_server.ts";
import { type Origin, quoted } from "../origin.ts";
import type { ObjectReader } from "../tree/reader.ts";
import { textsOf } from "./address_matchers.ts";
import { type MatcherContext, matcherSets } from "./matchers.ts";
import { isDynamic, proxyAction } from "./proxy_handler.ts";

/** Whose PROXY headers are read. */
export interface AcceptedHeaders {
  readonly from: readonly string[];
  readonly required: boolean;
  readonly origin: Origin;
}

/** What routes say. */
export interface Routes {
  readonly rules: readonly OrderedRule<Action>[];
  readonly acceptProxy: AcceptedHeaders | null;
}

/** Why handlers that end a route have no equivalent. */
const ENDINGS: Readonly<Record<string, string>> = {
  tls:
    '"tls" decrypts, which passthru does not do: its connections are refused. A "proxy" without it sends them to a target that decrypts',
  postgres_tls:
    '"postgres_tls" decrypts, which passthru does not do: its connections are refused',
  echo: '"echo" is no target: its connections are refused',
  socks5: '"socks5" is a server of its own: its connections are refused',
};
/** Why handlers that others follow have no equivalent. */
const PASSING: Readonly<Record<string, string>> = {
  tee: '"tee" is left out: connections are not copied',
  throttle: '"throttle" is left out: connections are not slowed down',
  vars: '"vars" is left out: rules have no variables',
};

/** Reads routes. */
export class RouteReader {
  readonly #context: MatcherContext;
  readonly #rules: OrderedRule<Action>[] = [];
  #acceptProxy: AcceptedHeaders | null = null;

  constructor(context: MatcherContext) {
    this.#context = context;
  }

  /** The routes of a server. */
  read(server: ObjectReader): Routes {
    this.#routes(server, TRUE);
    return { rules: this.#rules, acceptProxy: this.#acceptProxy };
  }

  /** @param outer What has matched already. */
  #routes(object: ObjectReader, outer: Expression): void {
    for (const route of object.items("routes")) {
      const handlers = route.items("handle");
      const wide = handlers.some((handler) =>
        handler.text("handler") === "proxy" && isDynamic(handler)
      );
      const own = matcherSets(route, { ...this.#context, wide });
      const when = outer === TRUE ? own : all(outer, own);
      for (const handler of handlers) {
        if (this.#handle(handler, when, route.origin)) break;
      }
    }
  }

  /** Adds the rule of a handler. @returns Whether none follows it. */
  #handle(handler: ObjectReader, when: Expression, origin: Origin): boolean {
    const { note, transport } = this.#context;
    const name = handler.text("handler") ?? "";
    const add = (action: Action) => {
      this.#rules.push({ when, action, origin });
      return true;
    };
    switch (name) {
      case "proxy":
        return add(proxyAction(handler, transport));
      case "close":
        return add(REJECT);
      case "subroute":
        this.#routes(handler, when);
        return false;
      case "proxy_protocol":
        this.#header(handler, when);
        return false;
    }
    for (const { name } of handler.fields) handler.take(name);
    if (Object.hasOwn(PASSING, name)) {
      note(handler.origin, PASSING[name]!);
      return false;
    }
    note(
      handler.origin,
      Object.hasOwn(ENDINGS, name)
        ? ENDINGS[name]!
        : `The handler ${
          quoted(name)
        } has no equivalent: its connections are refused`,
    );
    return add(REJECT);
  }

  /** Reads the header of every connection, or of those that have one. */
  #header(handler: ObjectReader, when: Expression): void {
    const { note } = this.#context;
    const allow = addressBlocks(textsOf(handler, "allow"));
    const policy = handler.text("fallback_policy");
    const isForAll = when === TRUE || when.kind === "any" &&
        when.of.every(isHeaderTest) ||
      isHeaderTest(when);
    if (!isForAll || this.#acceptProxy !== null || !allow.ok) {
      note(
        handler.origin,
        '"proxy_protocol" is left out: "accept_proxy" is for all connections of a server, and needs addresses',
      );
      return;
    }
    const from = allow.blocks.map(({ text }) => text);
    if (from.length === 0) {
      note(
        handler.origin,
        'Caddy reads the header of whoever connects: "from" should name your load balancers alone',
      );
    }
    this.#acceptProxy = {
      from: from.length === 0 ? ["0.0.0.0/0", "::/0"] : from,
      required: policy === "REQUIRE",
      origin: handler.origin,
    };
  }
}

/** Whether it asks only for a PROXY header. */
function isHeaderTest(expression: Expression): boolean {
  if (expression.kind === "all" || expression.kind === "any") {
    return expression.of.length > 0 && expression.of.every(isHeaderTest);
  }
  return expression.kind === "is" && expression.protocol === "PROXY";
}
