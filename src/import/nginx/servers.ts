/**
 * nginx's servers as servers of passthru.
 *
 * @module
 */
import { BUILTINS } from "../../detect/builtins.ts";
import type { WrittenCondition } from "../../rule/written_condition.ts";
import type { Entry, Json } from "../entry.ts";
import { type ImportedConfig, rule } from "../imported_config.ts";
import { addOrdered, type OrderedRule } from "../ordered_rules.ts";
import { type Origin, quoted } from "../origin.ts";
import { actionMaker } from "./actions.ts";
import type { Cases } from "./cases.ts";
import type { Block, Directive } from "./directives.ts";
import { type Listener, listenersOf } from "./listen.ts";
import { Scope } from "./scope.ts";
import { type OptionContext, setOptions } from "./server_options.ts";
import type { Targets } from "./upstreams.ts";
import { Evaluator, textsOf, type Variables } from "./variables.ts";

/** What a server is made with. */
export interface ServerContext extends OptionContext {
  readonly config: ImportedConfig;
  readonly stream: Block;
  readonly variables: Variables;
  readonly upstreams: ReadonlyMap<string, Targets>;
  /** Names of the maps and upstreams that servers use. */
  readonly used: Set<string>;
}

/** A detector that matches whatever a client sends, for rules with FROM. */
const ANY = "ANYTHING";
const REJECT: Json = { action: "REJECT" };

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
    rule(server, ["CATCHALL", "CATCHALL"], { action: REJECT, origin: at });
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
  const toRule = actionMaker({
    scope,
    listener,
    isFixed: !target.text.includes("$"),
    ...context,
  });
  const plain = evaluator.text(target, { tls: false, known });
  const hello = preread === undefined || listener.udp
    ? null
    : evaluator.text(target, { tls: true, known });
  const rules = (cases: Cases): OrderedRule[] =>
    cases.map(({ conditions, parts, origin }) => ({
      conditions,
      action: toRule(parts, conditions, origin),
      origin,
    }));
  const others = rules(plain);
  if (hello !== null) addTls(server, rules(hello), others);
  addOthers(server, { rules: others, waits: preread !== undefined }, context);
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

/** Adds the rules of TLS, unless they say what is said of all connections. */
function addTls(
  server: Entry,
  rules: readonly OrderedRule[],
  others: readonly OrderedRule[],
): void {
  const same =
    JSON.stringify(rules.map(said)) === JSON.stringify(others.map(said));
  if (same) return;
  const { rules: words } = BUILTINS.find(({ name }) => name === "TLS")!;
  addOrdered(server, "TLS", { words, rules });
}

function said({ conditions, action }: OrderedRule): unknown {
  return [conditions, action];
}

/** Adds what happens to all other connections. */
function addOthers(
  server: Entry,
  { rules, waits }: {
    readonly rules: readonly OrderedRule[];
    /** Whether nginx waits for the first bytes, and closes if none come. */
    readonly waits: boolean;
  },
  { config, say }: ServerContext,
): void {
  const last = rules.at(-1)!;
  const byAddress = rules.filter(({ conditions }) => isByAddress(conditions));
  if (byAddress.length > 0) {
    if (config.root.get("detectors")?.get(ANY) === undefined) {
      config.detector(ANY, { regex: "^" }, last.origin);
    }
    addOrdered(server, ANY, { words: {}, rules });
    if (!waits) {
      say(
        byAddress[0]!.origin,
        "A client that sends nothing goes to the default, whatever its address is, after silent_after",
      );
    }
  }
  const detects = server.get("TLS") ?? server.get(ANY);
  if (waits && detects !== undefined) {
    rule(server, ["SILENT", "CATCHALL"], { action: REJECT, origin: null });
  }
  const { action, origin } = last;
  rule(server, ["CATCHALL", "CATCHALL"], { action, origin });
}

function isByAddress(conditions: readonly WrittenCondition[]): boolean {
  return conditions.some(({ word }) => word === "FROM");
}
