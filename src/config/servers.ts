/**
 * The config's servers: addresses, protocols, rules and actions.
 *
 * What does not have the right shape is passed over here: `shape.ts` has
 * reported it.
 *
 * @module
 */
import type { Transport } from "../detect/detector.ts";
import { PSEUDO_PROTOCOLS, type Registry } from "../detect/registry.ts";
import { addAll } from "./add_all.ts";
import { buildRoute, type Context, error, parseListenNode } from "./actions.ts";
import { checkDatagramServer, datagramSettings } from "./datagram_server.ts";
import type { BuiltRule } from "./built_rule.ts";
import type { BuiltDetectors } from "./detectors.ts";
import { type Diagnostic, quoted } from "./diagnostics.ts";
import { checkNoListen, listenNodeOf, transportOf } from "./listen_node.ts";
import type { ListenerPlan, ProtocolPlan, RoutePlan } from "./plan.ts";
import { unknownProtocol } from "./protocol_names.ts";
import { CATCHALL } from "./rule_tokens.ts";
import { buildRules, detectorOf, keepRule } from "./server_rules.ts";
import { type ServerSettings, serverSettings } from "./settings.ts";
import { silentAfterOf } from "./silence.ts";
import {
  type JsonNode,
  properties,
  type Property,
  property,
  spanOf,
} from "./source.ts";

/** What {@linkcode buildServers} needs beside the config. */
export interface ServersContext {
  /** Settings that servers inherit. */
  readonly defaults: ServerSettings;
  readonly detectors: BuiltDetectors;
  readonly found: Diagnostic[];
  /** Gets the rules with their places. Default: nobody does. */
  readonly kept?: BuiltRule[];
}

/** Reads `servers`. */
export function buildServers(
  root: JsonNode,
  { defaults, detectors, found, kept }: ServersContext,
): ListenerPlan[] {
  const node = property(root, "servers")?.value;
  const servers = properties(node);
  if (node?.type === "object" && servers.length === 0) {
    found.push({
      severity: "error",
      message: "No servers: expected at least one address to listen on",
      span: spanOf(node),
    });
  }
  const inherited = property(root, "defaults")?.value;
  checkNoListen(inherited, found);
  const { registry, broken } = detectors;
  return servers.map((server) => {
    const options = property(server.value, "options")?.value;
    const transport = transportOf(server) ?? guessTransport(server, registry);
    const place = { server: server.name, ...(kept && { kept }) };
    const shared = { registry, broken, found, transport, ...place };
    if (transport === "tcp") {
      const settings = serverSettings(options, defaults, found);
      return buildServer(server, { ...shared, settings });
    }
    addAll(found, checkDatagramServer(server));
    const settingsOf = datagramSettings(inherited, options, found);
    const settings = settingsOf(CATCHALL);
    return buildServer(server, { ...shared, settings, settingsOf });
  });
}

/**
 * The transport of a server whose address was reported as wrong, by its
 * protocols: nothing is to be reported of them that a right address may mend.
 */
function guessTransport({ value }: Property, registry: Registry): Transport {
  const isOfUdp = properties(value).some(({ name }) =>
    registry.getDatagram(name) !== undefined && registry.get(name) === undefined
  );
  return isOfUdp ? "udp" : "tcp";
}

function buildServer(server: Property, context: Context): ListenerPlan {
  const address = parseListenNode(
    listenNodeOf(server, context.transport),
    context,
  );
  const protocols: ProtocolPlan[] = [];
  const pseudo = new Map<string, RoutePlan | null>();
  for (const entry of properties(server.value)) {
    if (entry.name === "options") continue;
    if ((PSEUDO_PROTOCOLS as readonly string[]).includes(entry.name)) {
      pseudo.set(entry.name, buildPseudo(entry, context));
    } else {
      const settings = context.settingsOf?.(entry.name) ?? context.settings;
      const protocol = buildProtocol(entry, { ...context, settings });
      if (protocol !== null) protocols.push(protocol);
    }
  }
  warnOfNothing(server, context);
  const { detectTimeoutMs, maxPeekBytes, backlog, acceptProxy, limits } =
    context.settings;
  const { transport } = context;
  const routes = {
    protocols,
    silent: pseudo.get("SILENT") ?? null,
    catchall: pseudo.get(CATCHALL) ?? null,
  };
  const { silentAfterMs: given, legacy } = context.settings;
  return {
    address,
    ...(transport === "udp" ? { transport } : {}),
    ...routes,
    detectTimeoutMs,
    silentAfterMs: transport === "udp"
      ? null
      : silentAfterOf(routes, { given, legacy }),
    maxPeekBytes,
    backlog,
    ...(acceptProxy === undefined ? {} : { acceptProxy }),
    limits,
  };
}

/** Warns of a listener that would refuse everybody. */
function warnOfNothing({ name, key, value }: Property, context: Context): void {
  const protocols = properties(value).filter(({ name }) => name !== "options");
  if (value.type !== "object" || protocols.length > 0) return;
  context.found.push({
    severity: "warning",
    message: `Listener ${
      quoted(name)
    } has no protocols: it refuses every connection`,
    span: spanOf(key),
  });
}

/** `CATCHALL` and `SILENT` as protocols: their only rule is `CATCHALL`. */
function buildPseudo(entry: Property, context: Context): RoutePlan | null {
  let route: RoutePlan | null = null;
  for (const rule of properties(entry.value)) {
    if (rule.name === CATCHALL) {
      const { key, value: action } = rule;
      route = buildRoute(action, context);
      const kept = { protocol: entry.name, hasHosts: false, key, action };
      keepRule({ ...kept, conditions: [], route }, context);
    } else {
      error(
        context,
        rule.key,
        `Unknown rule ${
          quoted(rule.name)
        } of ${entry.name}: expected only CATCHALL`,
      );
    }
  }
  if (entry.value.type === "object" && properties(entry.value).length === 0) {
    error(context, entry.key, `${entry.name} has no rule: expected CATCHALL`);
  }
  return route;
}

function buildProtocol(
  entry: Property,
  context: Context,
): ProtocolPlan | null {
  const { registry, transport } = context;
  if (detectorOf(entry.name, context) === undefined) {
    if (context.broken.has(entry.name)) return null;
    const message = unknownProtocol(entry.name, registry, transport);
    error(context, entry.key, message);
    return null;
  }
  const rules = properties(entry.value);
  if (entry.value.type === "object" && rules.length === 0) {
    context.found.push({
      severity: "warning",
      message: `${entry.name} has no rules: it routes nothing`,
      span: spanOf(entry.key),
    });
  }
  return { protocol: entry.name, ...buildRules(rules, entry.name, context) };
}
