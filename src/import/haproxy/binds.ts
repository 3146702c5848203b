/**
 * `bind`: where a frontend listens.
 *
 * @module
 */
import { isIPv6Text } from "./hosts.ts";
import type { Problems } from "../importer.ts";
import { type Origin, quoted } from "../origin.ts";
import type { Ledger } from "./ledger.ts";
import type { Proxy } from "./proxies.ts";
import type { Line, Word } from "./words.ts";

/** An address that is listened on. */
export interface Listener {
  /** As passthru's config has it. */
  readonly address: string;
  /** The host, without brackets; empty: all interfaces, or a Unix socket. */
  readonly host: string;
  /** `null`: a Unix socket. */
  readonly port: number | null;
  readonly acceptProxy: Origin | null;
  readonly origin: Origin;
}

/** What reading a `bind` may tell. */
export interface BindContext {
  readonly problems: Problems;
  readonly ledger: Ledger;
  /** Told what has no equivalent. */
  note(origin: Origin, text: string): void;
}

/** Most ports of a range, each of which is a server. */
const MAX_PORTS = 256;
/** Parameters without a value. */
const FLAGS = new Set([
  ...["accept-proxy", "accept-netscaler-cip", "ssl", "v4v6", "v6only", "tfo"],
  ...["transparent", "defer-accept", "allow-0rtt", "strict-sni", "no-alpn"],
  ...["no-sslv3", "no-tlsv10", "no-tlsv11", "no-tlsv12", "no-tlsv13"],
  ...[
    "no-tls-tickets",
    "force-tlsv12",
    "force-tlsv13",
    "generate-certificates",
  ],
  ...["prefer-client-ciphers", "expose-fd"],
]);

/** The addresses of a frontend; `null`: it decrypts, and is refused. */
export function listenersOf(
  proxy: Proxy,
  context: BindContext,
): Listener[] | null {
  const listeners: Listener[] = [];
  let decrypts = false;
  for (const line of bindLines(proxy, context)) {
    const ssl = line.find(({ text }) => text === "ssl");
    if (ssl !== undefined) {
      decrypts = true;
      context.note(
        ssl.origin,
        `"ssl" decrypts, which passthru does not do: it forwards the encrypted bytes to a target that decrypts them. The frontend ${
          quoted(proxy.name.text)
        } is left out`,
      );
    } else listeners.push(...listenersOfLine(line, context));
  }
  if (decrypts) return null;
  return bothFamilies(listeners);
}

/** The `bind` lines, and the address in the head of a `listen` of old. */
function bindLines(proxy: Proxy, { ledger }: BindContext): Line[] {
  const [, , address] = proxy.section.head;
  const lines = proxy.own("bind");
  if (address === undefined || address.text === "from") return lines;
  ledger.use(address);
  return [[proxy.section.head[0], address], ...lines];
}

function listenersOfLine(line: Line, context: BindContext): Listener[] {
  const [keyword, addresses, ...params] = line;
  if (addresses === undefined) {
    context.problems.add(keyword.origin, '"bind" has no address');
    return [];
  }
  context.ledger.use(addresses);
  const { acceptProxy, v6 } = readParams(params, context);
  return addresses.text.split(",").flatMap((text) =>
    parseBind(text, addresses, context).map((found) => ({
      ...found,
      // Both families on one socket is what passthru has without a host.
      ...v6 === "v4v6" && found.host === "::"
        ? { address: `:${found.port}`, host: "" }
        : {},
      acceptProxy,
      origin: addresses.origin,
    }))
  );
}

function readParams(
  params: readonly Word[],
  { ledger, note }: BindContext,
): { acceptProxy: Origin | null; v6: string | null } {
  let acceptProxy: Origin | null = null;
  let v6: string | null = null;
  for (let at = 0; at < params.length; at++) {
    const param = params[at]!;
    const { text, origin } = param;
    ledger.use(param);
    if (text === "accept-proxy") acceptProxy = origin;
    else if (text === "v4v6" || text === "v6only") {
      v6 = text;
      if (text === "v6only") {
        note(origin, `"v6only": on "[::]" passthru may get IPv4 clients too`);
      }
    } else if (FLAGS.has(text)) {
      note(origin, `${quoted(text)} has no equivalent`);
    } else {
      const value = params[++at];
      if (value !== undefined) ledger.use(value);
      note(
        origin,
        `${quoted(`${text} ${value?.text ?? ""}`.trim())} has no equivalent`,
      );
    }
  }
  return { acceptProxy, v6 };
}

function parseBind(
  written: string,
  word: Word,
  { problems, note }: BindContext,
): Pick<Listener, "address" | "host" | "port">[] {
  const text = written.replace(/^(?:ipv4|ipv6|tcp|tcp4|tcp6)@/, "");
  const socket = /^(?:(?:unix|uxst)@)?(\/.*)$/.exec(text);
  if (socket !== null) {
    return [{ address: `unix:${socket[1]}`, host: "", port: null }];
  }
  if (word.variables.length > 0 || /^[\w+]+@/.test(text)) {
    note(word.origin, `passthru cannot listen on ${quoted(text)}`);
    return [];
  }
  const found = /^(.*?):(\d{1,5})(?:-(\d{1,5}))?$/.exec(text) ??
    /^(\[.*\]|[\d:a-fA-F]*:):(\d{1,5})(?:-(\d{1,5}))?$/.exec(text);
  const split = text.lastIndexOf(":");
  const ports = found === null
    ? null
    : /^(\d+)(?:-(\d+))?$/.exec(text.slice(split + 1));
  if (ports === null) {
    problems.add(
      word.origin,
      `Invalid address ${
        quoted(text)
      }: expected a host and a port, such as ":443" or "192.0.2.1:443"`,
    );
    return [];
  }
  const host = text.slice(0, split).replace(/^\[(.*)\]$/, "$1");
  const [first, last] = [Number(ports[1]), Number(ports[2] ?? ports[1])];
  if (first < 1 || last > 65535 || last < first) {
    problems.add(word.origin, `Invalid port in ${quoted(text)}`);
    return [];
  }
  if (last - first >= MAX_PORTS) {
    note(
      word.origin,
      `${quoted(text)} has ${
        last - first + 1
      } ports: only the first ${MAX_PORTS} are servers here`,
    );
  }
  const count = Math.min(last - first + 1, MAX_PORTS);
  return Array.from({ length: count }, (_, index) => {
    const port = first + index;
    return { address: addressText(host, port), host: hostOf(host), port };
  });
}

/** `*` and nothing are all IPv4 addresses in HAProxy. */
function hostOf(host: string): string {
  return host === "*" || host === "" ? "0.0.0.0" : host;
}

function addressText(host: string, port: number): string {
  const known = hostOf(host);
  return isIPv6Text(known) ? `[${known}]:${port}` : `${known}:${port}`;
}

/** `0.0.0.0:443` and `[::]:443` are one socket in passthru: `:443`. */
function bothFamilies(listeners: readonly Listener[]): Listener[] {
  return listeners.flatMap((listener) => {
    const other = (host: string) =>
      listeners.some((each) =>
        each.host === host && each.port === listener.port
      );
    if (listener.host === "::" && other("0.0.0.0")) return [];
    return listener.host === "0.0.0.0" && other("::")
      ? [{ ...listener, address: `:${listener.port}`, host: "" }]
      : [listener];
  });
}
