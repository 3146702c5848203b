/**
 * nginx's settings of a server as options, and those of `stream` as defaults.
 *
 * @module
 */
import type { Entry, Json } from "../entry.ts";
import { option } from "../imported_config.ts";
import type { Problems } from "../importer.ts";
import { type Origin, quoted } from "../origin.ts";
import { accessOf, blockOf } from "./access.ts";
import type { Block, Directive } from "./directives.ts";
import type { Listener } from "./listen.ts";
import type { Scope } from "./scope.ts";
import { duration, size } from "./units.ts";
import type { Say } from "./say.ts";

/** What reading options needs. */
export interface OptionContext {
  readonly problems: Problems;
  readonly say: Say;
  /** Keys of the zones of `limit_conn_zone`. */
  readonly zones: ReadonlyMap<string, string>;
}

/** Times by their names in nginx and in passthru, and nginx's default. */
const TIMES = [
  ["proxy_timeout", "idle_timeout", "10m"],
  ["proxy_connect_timeout", "connect_timeout", "60s"],
  ["preread_timeout", "detect_timeout", "30s"],
] as const;

/** Sets the defaults of all servers: those of `stream`, or else of nginx. */
export function setDefaults(
  root: Entry,
  stream: Block,
  context: OptionContext,
): void {
  const defaults = root.at("defaults", null);
  for (const [name, field, usual] of TIMES) {
    const directive = stream.one(name);
    const value = directive && timeOf(directive, context);
    defaults.set(field, value ?? usual, directive?.origin ?? null);
  }
}

/** Sets the options of a server. @returns Whether any client may connect. */
export function setOptions(
  server: Entry,
  { scope, listener }: { readonly scope: Scope; readonly listener: Listener },
  context: OptionContext,
): boolean {
  const set = (name: string, value: Json, origin: Origin | null) =>
    option(server, name, { value, origin });
  for (const [name, field, usual] of TIMES) {
    const directive = scope.own(name);
    // Flows of UDP have another default.
    const idle = listener.udp && field === "idle_timeout";
    if (listener.udp && field === "connect_timeout") continue;
    const value = directive && timeOf(directive, context);
    if (value) set(field, value, directive.origin);
    else if (idle) {
      const inherited = scope.one(name);
      const time = inherited && timeOf(inherited, context);
      set(field, time ?? usual, inherited?.origin ?? null);
    }
  }
  if (listener.backlog !== undefined && !listener.udp) {
    set("backlog", listener.backlog, listener.directive.origin);
  }
  setPeek(server, scope, context);
  setProxy(server, { scope, listener }, context);
  for (const one of scope.all("limit_conn")) setLimit(server, one, context);
  const rules = scope.all("allow", "deny");
  const { allow, deny, none } = accessOf(rules, context);
  if (deny.length > 0) set("deny", deny, rules[0]!.origin);
  if (allow.length > 0) set("allow", allow, rules[0]!.origin);
  return !none;
}

function timeOf(
  { name, args, origin }: Directive,
  { problems }: OptionContext,
): string | null {
  const text = args[0]?.text ?? "";
  const value = args.length === 1 ? duration(text) : null;
  if (value === null) {
    problems.add(origin, `Invalid time ${quoted(text)} of "${name}"`);
  }
  return value;
}

function setPeek(server: Entry, scope: Scope, { problems }: OptionContext) {
  const directive = scope.one("preread_buffer_size");
  if (directive === undefined) return;
  const bytes = size(directive.args[0]?.text ?? "");
  if (bytes === null) {
    problems.add(directive.origin, 'Invalid size of "preread_buffer_size"');
    return;
  }
  const most = Math.min(Math.max(bytes, 512), 65_536);
  const entry = option(server, "max_peek", {
    value: `${most}B`,
    origin: directive.origin,
  });
  if (most !== bytes) {
    entry?.note(directive.origin, "max_peek is from 512B to 64KiB");
  }
}

function setProxy(
  server: Entry,
  { scope, listener }: { readonly scope: Scope; readonly listener: Listener },
  { problems, say }: OptionContext,
): void {
  const trusted = scope.all("set_real_ip_from");
  const { proxyProtocol } = listener;
  if (proxyProtocol === undefined) {
    for (const { origin } of trusted) {
      say(
        origin,
        '"set_real_ip_from" counts only where proxy_protocol is in "listen"',
      );
    }
    return;
  }
  const blocks = trusted.flatMap(({ args, origin }) => {
    const text = args[0]?.text ?? "";
    const block = blockOf(text);
    if (block === null) {
      problems.add(origin, `Invalid address ${quoted(text)}`);
    } else if (block === "all" || block === "unix:") {
      say(origin, `${quoted(text)} of "set_real_ip_from" has no equivalent`);
    } else return [block];
    return [];
  });
  const from = blocks.length > 0 ? blocks : ["0.0.0.0/0", "::/0"];
  option(server, "accept_proxy", {
    value: { from, required: true },
    origin: proxyProtocol.origin,
  })?.note(
    proxyProtocol.origin,
    blocks.length > 0
      ? "nginx takes headers from other addresses, too, and ignores them; here such clients are refused"
      : 'nginx takes headers from every address, and so does this: list your proxies in "from". FROM, allow, deny and limits count the client in the header here, the proxy in nginx',
  );
}

function setLimit(
  server: Entry,
  { args, origin }: Directive,
  { zones, problems, say }: OptionContext,
): void {
  const [zone, number] = args;
  const most = Number(number?.text);
  const key = zones.get(zone?.text ?? "");
  if (key === undefined || !Number.isInteger(most) || most < 1) {
    problems.add(origin, 'Invalid "limit_conn": expected a zone and a number');
    return;
  }
  const perClient = /^\$(?:binary_)?(?:remote|proxy_protocol)_addr$/.test(key);
  const perServer = /^\$server_(?:addr|port)$/.test(key);
  if (!perClient && !perServer) {
    say(origin, `"limit_conn" by ${quoted(key)} has no equivalent`);
    return;
  }
  const name = perClient ? "max_connections_per_ip" : "max_connections";
  const entry = option(server, name, { value: most, origin });
  if (perClient) {
    entry?.note(
      origin,
      "An IPv6 client is counted by its /64 network, and each server counts for itself",
    );
  }
}
