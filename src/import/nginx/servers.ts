/**
 * nginx's servers as servers of passthru.
 *
 * @module
 */
import type { Entry } from "../entry.ts";
import { rule } from "../imported_config.ts";
import { Actions, REJECT } from "../ordered/actions.ts";
import { type Origin, quoted } from "../origin.ts";
import { actionMaker } from "./actions.ts";
import { type Choice, type ChoiceContext, writeChoices } from "./choices.ts";
import type { Block, Directive } from "./directives.ts";
import { type Listener, listenersOf } from "./listen.ts";
import { Scope } from "./scope.ts";
import { type OptionContext, setOptions } from "./server_options.ts";
import type { Targets } from "./upstreams.ts";
import { Evaluator, textsOf, type Variables } from "./variables.ts";

/** What a server is made with. */
export interface ServerContext extends OptionContext, ChoiceContext {
  readonly stream: Block;
  readonly variables: Variables;
  readonly upstreams: ReadonlyMap<string, Targets>;
  /** Names of the maps and upstreams that servers use. */
  readonly used: Set<string>;
}

/** Adds a server, once for each of its listeners. */
export function addServer(
  { origin, block }: Directive,
  context: ServerContext,
): void {
  const { config, problems, say, stream } = context;
  if (block === null) {
    problems.add(origin, 'Expected "{" behind "server"');
    return;
  }
  const listeners = block.all("listen")
    .flatMap((one) => listenersOf(one, context));
  if (listeners.length === 0 && !block.has("listen")) {
    problems.add(origin, 'There is no "listen" in this server');
  }
  const scope = new Scope(block, stream);
  for (const listener of listeners) {
    const place = listener.directive.origin;
    const server = config.server(listener.address, place);
    if (server.members.length > 0) {
      say(
        place,
        `A second server on ${
          quoted(listener.address)
        } is left out: passthru has one for each address`,
      );
      continue;
    }
    const open = setOptions(server, { scope, listener }, context);
    fill(server, { listener, scope, block, origin, open }, context);
  }
}

interface Filled {
  readonly listener: Listener;
  readonly scope: Scope;
  readonly block: Block;
  readonly origin: Origin;
  /** Whether any client may connect. */
  readonly open: boolean;
}

function fill(
  server: Entry,
  { listener, scope, block, origin, open }: Filled,
  context: ServerContext,
): void {
  const { problems, say } = context;
  const pass = scope.own("proxy_pass");
  const target = pass?.args[0];
  const refusal = refusalOf(scope, listener);
  const preread = scope.on("ssl_preread");
  if (refusal !== null || !open) {
    const at = refusal?.origin ?? origin;
    if (refusal !== null) {
      say(at, `${refusal.why}: all connections are refused`);
    }
    rule(server, ["CATCHALL", "CATCHALL"], {
      action: REJECT.json,
      origin: at,
    });
    return;
  }
  if (target === undefined || pass!.args.length > 1) {
    problems.add(
      pass?.origin ?? origin,
      '"proxy_pass" with one address is missing',
    );
    return;
  }
  const { maps, texts } = context.variables;
  const variables = { maps, texts: new Map([...texts, ...textsOf(block)]) };
  const evaluator = new Evaluator(variables, context);
  const known = new Map([
    ["server_port", listener.port],
    ["protocol", listener.udp ? "UDP" : "TCP"],
  ]);
  const actions = new Actions();
  const toJson = actionMaker({
    scope,
    listener,
    isFixed: !target.text.includes("$"),
    ...context,
  });
  const choices = (text: { readonly tls: boolean }): Choice[] =>
    evaluator.text(target, { ...text, known })
      .map(({ conditions, parts, origin }) => ({
        conditions,
        action: actions.of(toJson(parts, conditions, origin)),
        origin,
      }));
  const others = choices({ tls: false });
  const secure = preread === undefined || listener.udp
    ? []
    : choices({ tls: true });
  writeChoices(server, { others, secure, preread, listener }, context);
}

function refusalOf(
  scope: Scope,
  { ssl }: Listener,
): { readonly origin: Origin; readonly why: string } | null {
  if (ssl !== undefined) {
    return { origin: ssl.origin, why: "passthru does not end TLS" };
  }
  const tls = scope.on("proxy_ssl");
  if (tls !== undefined) {
    return {
      origin: tls.origin,
      why: "passthru does not speak TLS to targets for its clients",
    };
  }
  for (const name of ["return", "pass", "js_filter", "js_preread"]) {
    const found = scope.own(name);
    if (found !== undefined) {
      return { origin: found.origin, why: `"${name}" has no equivalent` };
    }
  }
  return null;
}
