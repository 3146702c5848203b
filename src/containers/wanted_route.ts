/**
 * The routes that a container's labels ask for, with what was left out filled in.
 *
 * @module
 */
import { formatHostPort } from "../config/address.ts";
import { CATCHALL } from "../config/rule_tokens.ts";
import type { Transport } from "../detect/detector.ts";
import type { Container, ContainerNetwork } from "./container.ts";
import { labelName, readLabels, type RouteLabels } from "./labels.ts";

/** An address of a container that a route may have as its target. */
export interface TargetChoice {
  /** Name of the network. */
  readonly network: string;
  /** `10.88.0.2:8443`. */
  readonly target: string;
}

/** A route that a container asks for. */
export interface WantedRoute {
  readonly container: Container;
  /** The name in its labels; empty: the short form. */
  readonly name: string;
  /** Whose the host names of its rule are: containers with the same one share. */
  readonly owner: string;
  /** Containers with the same one may be targets of one rule. */
  readonly service: string;
  /** As the config spells the server. */
  readonly listen: string;
  /** As in the config. */
  readonly protocol: string;
  /** As in the config, or `CATCHALL`. */
  readonly rule: string;
  /** Of which one is taken. Not empty. */
  readonly choices: readonly TargetChoice[];
  readonly sendProxy: "v1" | "v2" | null;
}

/** A route, or all of a container, that is left out. */
export interface Refusal {
  readonly container: Container;
  /** The name in its labels; `null`: it is about the container. */
  readonly route: string | null;
  /** Why, in words. */
  readonly reason: string;
}

/** What containers ask for, and what of it is left out. */
export interface Wanted {
  readonly routes: readonly WantedRoute[];
  readonly refusals: readonly Refusal[];
}

/** What a container in the network of the host listens on. */
const HOST_ADDRESS = "127.0.0.1";

/**
 * Reads what a container asks for.
 *
 * @param listeners The servers that containers may use, as the config spells them,
 * with what each is for.
 */
export function wantedRoutes(
  container: Container,
  listeners: ReadonlyMap<string, Transport>,
): Wanted {
  const { routes: given, problems, group } = readLabels(container.labels);
  const refusals: Refusal[] = problems.map((reason) => ({
    container,
    route: null,
    reason,
  }));
  if (container.labelsLeftOut > 0) {
    const reason = `${container.labelsLeftOut} of its labels are left out`;
    refusals.push({ container, route: null, reason });
  }
  const routes: WantedRoute[] = [];
  for (const labels of given) {
    const route = routeOf(container, labels, listeners);
    if (typeof route === "string") {
      refusals.push({ container, route: labels.name, reason: route });
    } else routes.push({ ...route, ...ownersOf(container, group) });
  }
  return { routes, refusals };
}

/** A route without its owners, or what is wrong with it. */
function routeOf(
  container: Container,
  { name, fields }: RouteLabels,
  listeners: ReadonlyMap<string, Transport>,
): Omit<WantedRoute, "owner" | "service"> | string {
  const listen = fields.get("listen") ?? onlyListener(listeners.keys(), name);
  if (typeof listen !== "string") return listen.problem;
  const { protocol, rule } = protocolAndRule(fields);
  // Of one that is not allowed the config says so.
  const transport = listeners.get(listen) ?? "tcp";
  const port = portOf(container, fields.get("port"), { name, transport });
  if (typeof port === "string") return port;
  const sendProxy = fields.get("send_proxy") ?? null;
  if (sendProxy !== null && sendProxy !== "v1" && sendProxy !== "v2") {
    return `label "${labelName(name, "send_proxy")}": found ${
      JSON.stringify(sendProxy.slice(0, 64))
    }, expected "v1" or "v2"`;
  }
  const choices = choicesOf(container, fields.get("network"), port);
  return typeof choices === "string"
    ? choices
    : { container, name, listen, protocol, rule, choices, sendProxy };
}

function onlyListener(
  listeners: Iterable<string>,
  name: string,
): string | { readonly problem: string } {
  const all = [...listeners];
  return all.length === 1 ? all[0]! : {
    problem: `it has no listener: expected a label "${
      labelName(name, "listen")
    }" with one of ${all.map((each) => JSON.stringify(each)).join(", ")}`,
  };
}

/** `TLS SNI app.example.com` is both, unless a label names the protocol. */
function protocolAndRule(
  fields: RouteLabels["fields"],
): { readonly protocol: string; readonly rule: string } {
  const rule = fields.get("rule") ?? "";
  const named = fields.get("protocol");
  const [first = "", ...rest] = rule.split(/\s+/).filter((word) => word !== "");
  const [protocol, words] = named === undefined
    ? [first, rest]
    : [named, first === "" ? [] : [first, ...rest]];
  return {
    protocol: protocol.toUpperCase(),
    rule: words.length === 0 ? CATCHALL : words.join(" "),
  };
}

function portOf(
  { ports }: Container,
  label: string | undefined,
  { name, transport }: { readonly name: string; readonly transport: Transport },
): number | string {
  const expected = `expected a label "${
    labelName(name, "port")
  }" such as "8443"`;
  if (label !== undefined) {
    const port = Number(label);
    return /^\d{1,5}$/.test(label) && port > 0 && port <= 65_535
      ? port
      : `its port is ${JSON.stringify(label.slice(0, 64))}: ${expected}`;
  }
  const exposed = ports.filter((port) => port.transport === transport);
  if (exposed.length === 1) return exposed[0]!.port;
  return exposed.length === 0
    ? `it exposes no ${transport} port: ${expected}`
    : `it exposes ${exposed.length} ${transport} ports: ${expected}`;
}

/** The addresses that passthru may dial, or why there is none. */
function choicesOf(
  { hostNetwork, networks }: Container,
  network: string | undefined,
  port: number,
): TargetChoice[] | string {
  const all: readonly ContainerNetwork[] = hostNetwork
    ? [{ name: "host", addresses: [HOST_ADDRESS] }]
    : networks.filter(({ addresses }) => addresses.length > 0);
  if (all.length === 0) return "it has no address in a network";
  const chosen = network === undefined
    ? all
    : all.filter((each) => each.name === network);
  if (chosen.length === 0) {
    return `it is not in the network ${
      JSON.stringify(network)
    }: expected one of ${namesOf(all)}`;
  }
  return chosen.flatMap(({ name, addresses }) =>
    addresses.map((address) => ({
      network: name,
      target: formatHostPort(address, port),
    }))
  );
}

/** Names of networks, for messages. */
export function namesOf(
  networks: readonly { readonly name: string }[],
): string {
  return networks.map(({ name }) => JSON.stringify(name.slice(0, 64)))
    .join(", ");
}

/** Whose its names are, and whose replica it is. */
function ownersOf(
  { id, project, service }: Container,
  group: string | null,
): Pick<WantedRoute, "owner" | "service"> {
  const own = group ?? service;
  if (project !== null) {
    const owner = `project ${JSON.stringify(project)}`;
    return {
      owner,
      service: own === null ? `${owner} ${id}` : `${owner} ${own}`,
    };
  }
  const owner = group === null
    ? `container ${id}`
    : `group ${JSON.stringify(group)}`;
  return { owner, service: owner };
}
