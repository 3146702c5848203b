/**
 * `server` lines of a backend.
 *
 * @module
 */
import { type Origin, quoted } from "../origin.ts";
import { milliseconds, wholeNumber } from "./durations.ts";
import type { Problems } from "../importer.ts";
import { variableProblem } from "./patterns.ts";
import type { Ledger } from "./ledger.ts";
import { type Line, originOf, type Word } from "./words.ts";

/** What a `server` or `default-server` says. */
export interface ServerParams {
  weight?: number;
  backup?: boolean;
  disabled?: Origin;
  /** Whether it is checked, and how. */
  check?: boolean;
  inter?: number;
  fall?: number;
  rise?: number;
  sendProxy?: "v1" | "v2";
  /** Why connections to it cannot be what they are in HAProxy. */
  ssl?: Origin;
}

/** A server of a backend. */
export interface Server {
  readonly name: Word;
  /** `ip:port`, as it is written. */
  readonly address: Word;
  readonly params: ServerParams;
  readonly origin: Origin;
}

/** What reading a server may tell. */
export interface ServerContext {
  readonly problems: Problems;
  readonly ledger: Ledger;
  /** Told what has no equivalent. */
  note(origin: Origin, text: string): void;
}

/** Parameters without a value. */
const FLAGS = new Set([
  ...["allow-0rtt", "check-send-proxy", "check-ssl", "check-via-socks4"],
  ...["enabled", "non-stick", "stick", "tfo", "no-check-ssl", "no-tfo"],
  ...["no-send-proxy-v2-ssl", "no-send-proxy-v2-ssl-cn", "no-verifyhost"],
  ...["force-sslv3", "force-tlsv10", "force-tlsv11", "force-tlsv12"],
  ...["force-tlsv13", "no-sslv3", "no-tlsv10", "no-tlsv11", "no-tlsv12"],
  ...["no-tlsv13", "no-ssl-reuse", "no-tls-tickets", "ssl-reuse"],
  ...["tls-tickets", "no-check-send-proxy", "no-ssl", "strict-maxconn"],
]);
/** Why parameters have no equivalent. */
const REASONS: Readonly<Record<string, string>> = {
  maxconn: "a target has no limit of its own; the server has max_connections",
  minconn: "a target has no limit of its own",
  maxqueue: "connections do not wait in a queue",
  port: "a check connects to the target's own port",
  addr: "a check connects to the target's own address",
  cookie: "there are no cookies before decryption",
  resolvers: "names are resolved by the system",
  "init-addr": "names are resolved for each connection",
  "resolve-prefer": "names are resolved by the system",
  "check-send-proxy": "a check sends the header if all rules do",
  slowstart: "a target that is up again has its full weight at once",
  source: "the system chooses the address that connections come from",
  track: "each target is checked by itself",
  "on-marked-down": "open connections go on",
  "on-marked-up": "open connections go on",
  observe: "three failed dials in a row count, always",
  "error-limit": "three failed dials in a row count, always",
  "fastinter": "checks have one interval",
  "downinter": "checks have one interval",
  id: "targets have no numbers",
  verify: "passthru does not encrypt",
  "ca-file": "passthru does not encrypt",
  crt: "passthru does not encrypt",
  sni: "passthru does not encrypt",
  alpn: "passthru does not encrypt",
  "check-sni": "passthru does not encrypt",
  "check-ssl": "a check only connects",
};

/** Reads `server NAME ADDRESS PARAM...`; `null`: it has no address. */
export function readServer(
  line: Line,
  defaults: ServerParams,
  context: ServerContext,
): Server | null {
  const [keyword, name, address, ...params] = line;
  if (name === undefined || address === undefined) {
    context.problems.add(
      keyword.origin,
      '"server" has no address: expected a name and an address',
    );
    return null;
  }
  context.ledger.use(name, address);
  return {
    name,
    address,
    params: readParams(params, { ...defaults }, context),
    origin: originOf(line),
  };
}

/** Reads parameters over those of `default-server`. */
export function readParams(
  words: readonly Word[],
  params: ServerParams,
  context: ServerContext,
): ServerParams {
  for (let at = 0; at < words.length; at++) {
    const word = words[at]!;
    context.ledger.use(word);
    if (readFlag(word, params)) continue;
    if (FLAGS.has(word.text)) {
      noEquivalent(word, undefined, context);
      continue;
    }
    const value = words[++at];
    if (value !== undefined) context.ledger.use(value);
    readValue(word, { value, params }, context);
  }
  return params;
}

/** A parameter without a value; `false`: it is none of these. */
function readFlag({ text, origin }: Word, params: ServerParams): boolean {
  switch (text) {
    case "backup":
      params.backup = true;
      return true;
    case "no-backup":
      params.backup = false;
      return true;
    case "check":
      params.check = true;
      return true;
    case "no-check":
      params.check = false;
      return true;
    case "disabled":
      params.disabled = origin;
      return true;
    case "enabled":
      delete params.disabled;
      return true;
    case "send-proxy":
      params.sendProxy = "v1";
      return true;
    case "send-proxy-v2":
    case "send-proxy-v2-ssl":
    case "send-proxy-v2-ssl-cn":
      params.sendProxy = "v2";
      return true;
    case "no-send-proxy":
    case "no-send-proxy-v2":
      delete params.sendProxy;
      return true;
    case "ssl":
      params.ssl = origin;
      return true;
  }
  return false;
}

function readValue(
  word: Word,
  { value, params }: { value: Word | undefined; params: ServerParams },
  context: ServerContext,
): void {
  if (value !== undefined && value.variables.length > 0) {
    context.note(
      value.origin,
      `${quoted(`${word.text} ${value.text}`)} is left out: ${
        variableProblem(value.variables)
      }`,
    );
    return;
  }
  const number = () => wholeNumber(value, context.problems);
  const set = (name: "weight" | "fall" | "rise", found: number | null) => {
    if (found !== null) params[name] = found;
  };
  switch (word.text) {
    case "weight":
      return set("weight", number());
    case "fall":
      return set("fall", number());
    case "rise":
      return set("rise", number());
    case "inter": {
      const found = milliseconds(value, context.problems);
      if (found !== null) params.inter = found;
      return;
    }
    default:
      noEquivalent(word, value, context);
  }
}

function noEquivalent(
  word: Word,
  value: Word | undefined,
  { note }: ServerContext,
): void {
  const text = quoted(`${word.text} ${value?.text ?? ""}`.trim());
  const reason = Object.hasOwn(REASONS, word.text)
    ? `: ${REASONS[word.text]}`
    : "";
  note(word.origin, `${text} has no equivalent${reason}`);
}
