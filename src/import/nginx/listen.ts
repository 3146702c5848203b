/**
 * nginx's `listen` as the address of a server and its options.
 *
 * @module
 */
import { joinAddress } from "../addresses.ts";
import type { Problems } from "../importer.ts";
import { quoted } from "../origin.ts";
import type { Argument, Directive } from "./directives.ts";
import type { Say } from "./say.ts";

/** A listener. */
export interface Listener {
  /** As the config language has it. */
  readonly address: string;
  /** `$server_port`; `""`: a Unix socket. */
  readonly port: string;
  readonly udp: boolean;
  readonly directive: Directive;
  readonly backlog?: number;
  readonly proxyProtocol?: Argument;
  /** It ends TLS itself. */
  readonly ssl?: Argument;
}

const PARAMETERS: Readonly<Record<string, string>> = {
  so_keepalive: "passthru sets no TCP keepalive",
  rcvbuf: "the system chooses the size of the buffers",
  sndbuf: "the system chooses the size of the buffers",
  fastopen: "passthru does not use TCP Fast Open",
  deferred: "connections are accepted at once",
  setfib: "it is for FreeBSD only",
  accept_filter: "it is for FreeBSD only",
};
/** Parameters that change nothing that can be seen. */
const NEUTRAL = new Set(["bind", "reuseport", "tcp", "default_server"]);
/** Most ports of a range. */
const MAX_PORTS = 256;

/** The listeners of a directive; a range of ports has several. */
export function listenersOf(
  directive: Directive,
  { problems, say }: { readonly problems: Problems; readonly say: Say },
): Listener[] {
  const [address, ...parameters] = directive.args;
  if (address === undefined) {
    problems.add(directive.origin, '"listen" expects an address');
    return [];
  }
  let udp = false;
  let dual = false;
  const fields: {
    backlog?: number;
    proxyProtocol?: Argument;
    ssl?: Argument;
  } = {};
  for (const parameter of parameters) {
    const [, name = "", value] = /^([^=]*)(?:=(.*))?$/s.exec(parameter.text)!;
    if (parameter.text === "udp") udp = true;
    else if (parameter.text === "ssl") fields.ssl = parameter;
    else if (name === "proxy_protocol") fields.proxyProtocol = parameter;
    else if (name === "backlog" && /^-?\d{1,9}$/.test(value ?? "")) {
      if (Number(value) > 0) fields.backlog = Number(value);
    } else if (name === "ipv6only") dual = value === "off";
    else if (PARAMETERS[name] !== undefined) {
      const why = PARAMETERS[name];
      say(
        parameter.origin,
        `${quoted(parameter.text)} has no equivalent: ${why}`,
      );
    } else if (!NEUTRAL.has(name)) {
      problems.add(
        parameter.origin,
        `Invalid parameter ${quoted(parameter.text)}`,
      );
    }
  }
  return addressesOf(address, dual, problems).map(({ text, port }) => ({
    address: udp ? `${text}/udp` : text,
    port,
    udp,
    directive,
    ...fields,
  }));
}

function addressesOf(
  { text, origin }: Argument,
  dual: boolean,
  problems: Problems,
): { text: string; port: string }[] {
  if (text.startsWith("unix:")) return [{ text, port: "" }];
  const found = /^(?:(\[[^\]]*\]|[^:\[\]]*):)?(\d+)(?:-(\d+))?$/.exec(text);
  if (found === null) {
    problems.add(
      origin,
      `Invalid address ${quoted(text)}: expected "host:port"`,
    );
    return [];
  }
  const [, host = "*", first, last = first] = found;
  const count = Number(last) - Number(first) + 1;
  if (count < 1 || count > MAX_PORTS) {
    problems.add(
      origin,
      `Invalid range in ${quoted(text)}: expected at most ${MAX_PORTS} ports`,
    );
    return [];
  }
  return Array.from({ length: count }, (_, index) => {
    const port = String(Number(first) + index);
    const bare = host === "*" ? "0.0.0.0" : dual && host === "[::]" ? "" : host;
    const joined = joinAddress(bare, port);
    if (!joined.ok) problems.add(origin, joined.problem);
    return joined.ok ? [{ text: joined.address, port }] : [];
  }).flat();
}
