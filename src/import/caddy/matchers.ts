/**
 * Caddy's layer 4 matchers as expressions.
 *
 * @module
 */
import {
  all,
  allOf,
  anyOf,
  type Expression,
  FALSE,
  is,
  not,
  TRUE,
  unknown,
  word,
} from "../ordered/expression.ts";
import { type Origin, quoted } from "../origin.ts";
import type { DeclaredDetectors } from "../ordered/declared_detectors.ts";
import type { ObjectReader, TreeReader } from "../tree/reader.ts";
import type { Field, Tree } from "../tree/tree.ts";
import { localAddress, remoteAddress } from "./address_matchers.ts";
import { dnsMatcher } from "./dns_matcher.ts";
import { httpMatcher } from "./http_matcher.ts";
import { clockMatcher, regexpMatcher } from "./other_matchers.ts";
import { helloMatcher } from "./tls_matcher.ts";

/** What translating a matcher needs. */
export interface MatcherContext {
  readonly reader: TreeReader;
  readonly detectors: DeclaredDetectors;
  readonly transport: "tcp" | "udp";
  /** The host that is listened on; empty: all. */
  readonly host: string;
  /** Whether wildcards may be wider: the target is the name that is asked for. */
  readonly wide: boolean;
  /** Told what is nearly the same, but not quite. */
  note(origin: Origin, text: string): void;
}

/** Alternatives of conditions; none: it always matches. */
export function matcherSets(
  route: ObjectReader,
  context: MatcherContext,
): Expression {
  const sets = route.items("match");
  return sets.length === 0
    ? TRUE
    : anyOf(sets.map((set) => matcherSet(set, context)));
}

/** Conditions that must all hold. */
function matcherSet(
  set: ObjectReader,
  context: MatcherContext,
): Expression {
  return allOf(set.fields.map((field) => matcher(field, set, context)));
}

function matcher(
  { name, value, origin }: Field,
  set: ObjectReader,
  context: MatcherContext,
): Expression {
  const { reader, transport } = context;
  const path = `${set.path}.${name}`;
  switch (name) {
    case "not":
      return not(anyOf(
        reader.list(value).map((item) => {
          const inner = reader.object(item, path);
          return inner === null ? FALSE : matcherSet(inner, context);
        }),
      ));
    case "http":
      return httpMatcher(value, path, context);
    // What it was called until 2024.
    case "ip":
    case "remote_ip":
      return withObject(value, path, context, remoteAddress);
    case "local_ip":
      return withObject(
        value,
        path,
        context,
        (object) => localAddress(object, context),
      );
    case "tls":
      return transport === "udp"
        ? unknown('"tls" is over TCP')
        : withObject(value, path, context, (object) =>
          helloMatcher("TLS", object, context));
    case "quic":
      return transport === "tcp"
        ? unknown('"quic" is over UDP')
        : withObject(value, path, context, (object) =>
          helloMatcher("QUIC", object, context));
    case "dns":
      return withObject(value, path, context, dnsMatcher);
    case "clock":
      return withObject(value, path, context, clockMatcher);
    case "regexp":
      return withObject(
        value,
        path,
        context,
        (object) => regexpMatcher(object, { ...context, origin }),
      );
    case "postgres":
      return withObject(value, path, context, postgresMatcher);
    case "rdp":
      return withObject(value, path, context, rdpMatcher);
  }
  return protocolMatcher(name, value, path, context);
}

/** Matchers of a protocol without more. */
const PROTOCOLS: Readonly<Record<string, Expression>> = {
  ssh: is("SSH"),
  xmpp: is("XMPP"),
  openvpn: is("OPENVPN"),
  winbox: is("WINBOX"),
  wireguard: is("WIREGUARD"),
  proxy_protocol: is("PROXY"),
  socks4: word("SOCKS", ["VERSION", "4"]),
  socks5: word("SOCKS", ["VERSION", "5"]),
};

function protocolMatcher(
  name: string,
  value: Tree,
  path: string,
  { reader }: MatcherContext,
): Expression {
  const known = Object.hasOwn(PROTOCOLS, name) ? PROTOCOLS[name]! : null;
  reader.take(value);
  if (known === null) return unknown(`${quoted(name)} has no equivalent`);
  const isPlain = value.kind === "object"
    ? value.fields.length === 0
    : value.kind === "scalar" && value.value === null;
  return isPlain ? known : unknown(`the fields of ${quoted(path)}`);
}

function withObject(
  value: Tree,
  path: string,
  { reader }: MatcherContext,
  read: (object: ObjectReader) => Expression,
): Expression {
  const object = reader.object(value, path);
  return object === null ? FALSE : read(object);
}

/** `user` maps names to their databases; `*` is every other user. */
function postgresMatcher(object: ObjectReader): Expression {
  for (const name of ["client", "tls"]) {
    if (!object.has(name)) continue;
    object.take(name);
    return unknown(`${quoted(name)} of a PostgreSQL client`);
  }
  const users = object.object("user");
  if (users === null) return is("POSTGRES");
  const named = users.fields.map(({ name }) => name)
    .filter((name) => name !== "*");
  const user = (name: string) => word("POSTGRES", ["USER", name]);
  return anyOf(users.fields.map(({ name }) => {
    const databases = users.texts(name).map(({ text }) =>
      word("POSTGRES", ["DATABASE", text])
    );
    const who = name === "*"
      ? all(word("POSTGRES", ["USER", "*"]), ...named.map(user).map(not))
      : user(name);
    return databases.length === 0 ? who : all(who, anyOf(databases));
  }));
}

function rdpMatcher(object: ObjectReader): Expression {
  const cookie = object.text("cookie_hash");
  const others = object.fields.filter(({ name }) => name !== "cookie_hash");
  for (const { name } of others) object.take(name);
  if (others.length > 0) {
    return unknown(`${quoted(others[0]!.name)} of an RDP client`);
  }
  return cookie === null || cookie === ""
    ? is("RDP")
    : word("RDP", ["COOKIE", cookie]);
}
