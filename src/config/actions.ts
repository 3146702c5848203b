/**
 * The config's actions, and the addresses in them.
 *
 * @module
 */
import type { Transport } from "../detect/detector.ts";
import type { Registry } from "../detect/registry.ts";
import {
  type AddressUse,
  hasVariable,
  type HostPort,
  parseAddress,
} from "./address.ts";
import type { BuiltRule } from "./built_rule.ts";
import { type Diagnostic, quoted } from "./diagnostics.ts";
import {
  checkAllowPrivate,
  dynamicTarget,
  type HostCondition,
  isDynamicText,
} from "./dynamic_target.ts";
import type { RoutePlan, SendProxy } from "./plan.ts";
import { UDP_SUFFIX } from "./datagram_server.ts";
import { buildReject } from "./reject.ts";
import { actionTimeouts, type ServerSettings } from "./settings.ts";
import { type JsonNode, property, spanOf } from "./source.ts";
import { checkWithin, isSrv, srvTarget } from "./srv_target.ts";
import {
  isUnixText,
  type ListenAddress,
  parseUnixAddress,
  type UnixAddress,
} from "./unix_address.ts";
import { buildUpstream, type TargetPlace } from "./upstreams.ts";

/** Where findings go, and what they need to know. */
export interface Context {
  readonly registry: Registry;
  /** Names of detectors that are wrong themselves. */
  readonly broken: ReadonlySet<string>;
  readonly found: Diagnostic[];
  readonly settings: ServerSettings;
  /** Those of a protocol, where they are its own. Default: `settings`. */
  readonly settingsOf?: (protocol: string) => ServerSettings;
  readonly transport: Transport;
  /** The server that is read, as written. */
  readonly server: string;
  /** Gets the rules with their places. Default: nobody does. */
  readonly kept?: BuiltRule[];
  /**
   * The conditions on names of the rule that is read; `null`: it is wrong.
   * Default: it has none.
   */
  readonly hosts?: readonly HostCondition[] | null;
}

/** Reads an action; `null` when it has not the shape of one. */
export function buildRoute(node: JsonNode, context: Context): RoutePlan | null {
  const name = property(node, "name")?.value;
  const label = name?.type === "string" ? { name: name.value as string } : {};
  switch (property(node, "action")?.value.value) {
    case "REJECT":
      return {
        action: "REJECT",
        ...label,
        ...buildReject(node, context.settings, context.found),
      };
    case "FORWARD": {
      const send = property(node, "send_proxy")?.value;
      const proxy = send?.type === "string"
        ? { sendProxy: send.value as SendProxy }
        : {};
      const timeouts = actionTimeouts(node, context.settings, context.found);
      const upstream = buildUpstream(node, {
        found: context.found,
        parseTarget: (target) => parseTarget(target, node, context),
      });
      checkAllowPrivate(node, context.found);
      checkWithin(node, context.found);
      if (upstream === null) return null;
      return {
        action: "FORWARD",
        ...upstream,
        ...label,
        ...timeouts,
        ...proxy,
      };
    }
    default:
      return null;
  }
}

/** Where a target is, whatever kind it has. */
function parseTarget(
  node: JsonNode,
  action: JsonNode,
  context: Context,
): TargetPlace {
  const text = node.value as string;
  if (isUnixText(text)) {
    return { kind: "unix", ...parseUnixNode(node, "target", context) };
  }
  if (isDynamicText(text) && !hasVariable(text)) {
    const { found, hosts = [] } = context;
    return dynamicTarget(node, action, { found, hosts });
  }
  if (isSrv(node)) return srvTarget(node, action, context.found);
  return {
    kind: "address",
    address: parseAddressNode(node, "target", context),
  };
}

/** The address in a node; a placeholder when it is reported as bad. */
function parseAddressNode(
  node: JsonNode,
  use: AddressUse,
  context: Context,
): HostPort {
  const text = node.value as string;
  const parsed = parseAddress(text, use);
  if (parsed.ok) return parsed.address;
  const example = use === "listen"
    ? '":443", "127.0.0.1:443" or "[::1]:443"'
    : '"127.0.0.1:8080", "[::1]:8080" or "example.com:443"';
  error(context, node, invalidAddress(text, use, parsed, example));
  return { text, hostname: "", port: 0 };
}

/** The address of a listener; a placeholder when it is reported as bad. */
export function parseListenNode(
  node: JsonNode,
  context: Context,
): ListenAddress {
  const text = node.value as string;
  if (context.transport === "udp") return parseDatagramNode(node, context);
  return isUnixText(text)
    ? parseUnixNode(node, "listen", context)
    : parseAddressNode(node, "listen", context);
}

/** As {@linkcode parseListenNode}, of a server for datagrams. */
function parseDatagramNode(node: JsonNode, context: Context): HostPort {
  const text = node.value as string;
  const place = text.slice(0, -UDP_SUFFIX.length);
  const parsed: ReturnType<typeof parseAddress> = isUnixText(text)
    ? { ok: false, problem: "a Unix socket takes no datagrams here" }
    : parseAddress(place, "listen");
  if (parsed.ok) return { ...parsed.address, text };
  const { problem, suggestion } = parsed;
  const meant = typeof suggestion === "string"
    ? { suggestion: suggestion + UDP_SUFFIX }
    : {};
  const example = '":443/udp", "127.0.0.1:443/udp" or "[::1]:443/udp"';
  const message = invalidAddress(
    text,
    "listen",
    { problem, ...meant },
    example,
  );
  error(context, node, message);
  return { text, hostname: "", port: 0 };
}

function parseUnixNode(
  node: JsonNode,
  use: AddressUse,
  context: Context,
): UnixAddress {
  const text = node.value as string;
  const parsed = parseUnixAddress(text, use);
  if (parsed.ok) return parsed.address;
  error(
    context,
    node,
    invalidAddress(text, use, parsed, '"unix:/run/app.sock"'),
  );
  return { text, path: "" };
}

function invalidAddress(
  text: string,
  use: AddressUse,
  { problem, suggestion }: {
    problem: string;
    suggestion?: string | readonly string[];
  },
  example: string,
): string {
  const what = use === "listen" ? "listening address" : "target";
  const guess = suggestion === undefined
    ? ""
    : ` (did you mean ${quoted(suggestion)}?)`;
  return `Invalid ${what} ${
    quoted(text)
  }: ${problem}, expected an address such as ${example}${guess}`;
}

/** Reports an error at a node. */
export function error(context: Context, node: JsonNode, message: string): void {
  context.found.push({ severity: "error", message, span: spanOf(node) });
}
