/**
 * What a backend does with the connections that are for it, rule by rule: its
 * `tcp-request content` and its `use-server`.
 *
 * @module
 */
import { type Action, REJECT } from "../ordered/actions.ts";
import type { OrderedRule } from "../ordered/ordered_server.ts";
import type { Backend } from "./backends.ts";
import type { Listener } from "./binds.ts";
import { type ConditionContext, Conditions } from "./conditions.ts";
import {
  type ContentContext,
  type ContentRules,
  contentRules,
  variablesOf,
} from "./content_rules.ts";
import type { Proxy } from "./proxies.ts";
import type { Timeouts } from "./timeouts.ts";
import { originOf } from "./words.ts";

/** The rules of a backend, in their order. */
export interface BackendRules
  extends Pick<ContentRules, "refusals" | "inspectDelay"> {
  /** One for each `use-server`. */
  readonly servers: readonly OrderedRule<Action>[];
  /** What is done with all others. */
  readonly action: Action;
}

/** What is done where there is no backend. */
export const NO_BACKEND: BackendRules = {
  refusals: [],
  inspectDelay: null,
  servers: [],
  action: REJECT,
};

/** What reading them needs. */
export interface BackendRulesContext
  extends
    ContentContext,
    Omit<ConditionContext, "variables" | "listener" | "remark"> {
  readonly timeouts: Timeouts;
}

/** The rules of a backend for connections of a frontend. */
export function backendRules(
  backend: Backend,
  { proxy, listener }: { readonly proxy: Proxy; readonly listener: Listener },
  context: BackendRulesContext,
): BackendRules {
  const { note, ledger, timeouts } = context;
  const { port } = listener;
  const fields = timeouts.fields(proxy, backend.proxy);
  const conditions = new Conditions(backend.proxy, {
    ...context,
    variables: new Map([...variablesOf(proxy), ...variablesOf(backend.proxy)]),
    listener,
    remark: note,
  });
  const servers = backend.proxy.own("use-server").flatMap((line) => {
    const [, server, ...condition] = line;
    const only = backend.servers.find(({ name }) => name.text === server?.text);
    if (server === undefined || only === undefined) return [];
    ledger.use(server);
    return [{
      when: conditions.read(condition),
      origin: originOf(line),
      action: backend.action({ port, fields, only }),
    }];
  });
  // The rules of a `listen` are those of its frontend.
  const { refusals, inspectDelay } = backend.proxy === proxy
    ? NO_BACKEND
    : contentRules(backend.proxy, conditions, context);
  return {
    refusals,
    inspectDelay,
    servers,
    action: backend.action({ port, fields }),
  };
}
