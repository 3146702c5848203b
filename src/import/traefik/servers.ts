/**
 * Entry points with their routers as servers.
 *
 * @module
 */
import type { Registry } from "../../detect/registry.ts";
import type { Entry } from "../entry.ts";
import { durationText } from "../ordered/duration_text.ts";
import { type ImportedConfig, option, rule } from "../imported_config.ts";
import type { Problems } from "../importer.ts";
import { type Action, REJECT, writeRules } from "../ordered/actions.ts";
import { clientIn } from "../ordered/address_tests.ts";
import {
  all,
  type Expression,
  is,
  not,
  TRUE,
  word,
} from "../ordered/expression.ts";
import type { Notes } from "../ordered/notes.ts";
import {
  type OrderedRule,
  translateServer,
} from "../ordered/ordered_server.ts";
import { unreachedText } from "../ordered/unreached.ts";
import { type Origin, quoted } from "../origin.ts";
import type { ObjectReader } from "../tree/reader.ts";
import type { EntryPoint, EntryPoints } from "./entry_points.ts";
import type { RuleUse } from "./matchers.ts";
import {
  readRouter,
  type Router,
  type RouterContext,
  serviceOf,
} from "./routers.ts";
import { type Services, time } from "./services.ts";

/** What writing servers needs. */
export interface ServerContext {
  readonly config: ImportedConfig;
  readonly problems: Problems;
  readonly notes: Notes;
  readonly entryPoints: EntryPoints;
  readonly registry: Registry;
  readonly services: Services;
  /** Told what has no equivalent. */
  note(origin: Origin, text: string): void;
}

/** Writes the servers of the section `tcp`. */
export function tcpServers(
  tcp: ObjectReader,
  context: ServerContext & RouterContext,
): void {
  const byEntryPoint = new Map<EntryPoint, Router[]>();
  for (const [field, object] of tcp.objects("routers")) {
    const entryPoints = context.entryPoints.of(object, "tcp");
    const router = readRouter(field, object, context);
    if (router === null) continue;
    for (const entryPoint of entryPoints) {
      const known = byEntryPoint.get(entryPoint);
      if (known === undefined) byEntryPoint.set(entryPoint, [router]);
      else known.push(router);
    }
  }
  for (const [entryPoint, routers] of byEntryPoint) {
    writeTcp(entryPoint, routers, context);
  }
}

function writeTcp(
  entryPoint: EntryPoint,
  routers: readonly Router[],
  context: ServerContext,
): void {
  const { address, origin, settings } = entryPoint;
  const [first] = routers;
  const sorted = routers.toSorted((a, b) => b.priority - a.priority);
  const secure = sorted.filter(({ tls }) => tls);
  const plain = sorted.filter(({ tls }) => !tls);
  const here = origin ?? first!.origin;
  const refused = (when: Expression) => ({
    when,
    action: REJECT,
    origin: here,
  });
  // Without TLS routers nothing is read before a target is chosen.
  const reads = secure.length > 0 || context.entryPoints.isHttps(entryPoint);
  const rules: OrderedRule<Action>[] = [
    ...secure.flatMap((router) => rulesOf(router, "TLS", is("TLS"))),
    ...reads ? [refused(is("TLS")), refused(is("SILENT"))] : [],
    ...hasPostgres(address, secure)
      ? [
        // What has no name may be without TLS.
        ...secure.flatMap((router) =>
          rulesOf(router, "POSTGRES", POSTGRES_NAMED)
        ),
        ...plain.flatMap((router) => rulesOf(router, null, POSTGRES_PLAIN)),
        refused(POSTGRES_PLAIN),
        ...secure.flatMap((router) =>
          rulesOf(router, "POSTGRES", is("POSTGRES"))
        ),
        refused(is("POSTGRES")),
      ]
      : [],
    ...plain.flatMap((router) => rulesOf(router, null, TRUE)),
  ];
  const translated = translateServer(
    { rules, otherwise: { action: REJECT, origin: here } },
    {
      registry: context.registry,
      transport: "tcp",
      problem: (rule, reason) =>
        context.note(rule.origin, `A part of its rule is left out: ${reason}`),
      unreached: (one) => {
        // What the entry point refuses by itself is nobody's rule.
        if (one.origin !== here) context.note(one.origin, unreachedText(one));
      },
    },
  );
  const entry = context.config.server(address, here);
  if (settings !== null) writeSettings(entry, settings);
  writeLimits(entry, routers, context);
  writeRules(entry, translated, context);
}

/** A PostgreSQL client that names the server, after it has asked for TLS. */
const POSTGRES_NAMED = word("POSTGRES", ["SNI", "/^/"]);
/** A PostgreSQL client that has not asked for TLS. */
const POSTGRES_PLAIN = word("POSTGRES", ["USER", "*"]);

/**
 * Whether routers with TLS are for PostgreSQL, by its port. Traefik agrees to TLS
 * with any such client, and then uses these routers.
 */
function hasPostgres(address: string, secure: readonly Router[]): boolean {
  return secure.some(({ action }) =>
    action !== REJECT &&
    /:5432(?:"|$)/.test(`${JSON.stringify(action.json)}${address}`)
  );
}

/**
 * A router as rules: its middlewares refuse, then it forwards.
 *
 * @param isOf Tests whether a connection is of the protocol.
 */
function rulesOf(
  { when, action, origin, limits: { allow } }: Router,
  protocol: RuleUse["protocol"],
  isOf: Expression,
): OrderedRule<Action>[] {
  const its = all(isOf, when(protocol));
  return [
    ...allow.map((blocks) => ({
      when: all(
        its,
        not(clientIn(blocks)),
      ),
      action: REJECT,
      origin,
    })),
    { when: its, action, origin },
  ];
}

/** What an entry point says of its connections. */
function writeSettings(entry: Entry, settings: ObjectReader): void {
  const header = settings.object("proxyProtocol");
  const from = header?.boolean("insecure") === true
    ? ["0.0.0.0/0", "::/0"]
    : header?.texts("trustedIPs").map(({ text }) => text) ?? [];
  if (header !== null && from.length > 0) {
    const value = { from, required: false };
    option(entry, "accept_proxy", { value, origin: header.origin });
  }
  const timeouts = settings.object("transport")?.object("respondingTimeouts");
  const read = timeouts ? time(timeouts, "readTimeout") : null;
  if (timeouts && read !== null && read > 0) {
    const { origin } = timeouts.field("readTimeout")!;
    const value = durationText(read);
    option(entry, "detect_timeout", { value, origin });
  }
}

/** Connections of one address are counted for a whole server. */
function writeLimits(
  entry: Entry,
  routers: readonly Router[],
  { note }: ServerContext,
): void {
  const limits = routers.map(({ limits }) => limits.perAddress);
  const [first] = limits;
  const amounts = new Set(limits.map((limit) => limit?.amount));
  if (first && amounts.size === 1) {
    const { amount, origin } = first;
    option(entry, "max_connections_per_ip", { value: amount, origin });
    return;
  }
  for (const limit of limits) {
    if (limit === null) continue;
    note(
      limit.origin,
      '"inFlightConn" is left out: "max_connections_per_ip" is for a whole server, and its routers differ',
    );
  }
}

/** Writes the servers of the section `udp`. */
export function udpServers(udp: ObjectReader, context: ServerContext): void {
  const { config, services, problems, notes } = context;
  for (const [{ name, origin }, object] of udp.objects("routers")) {
    const entryPoints = context.entryPoints.of(object, "udp");
    const service = serviceOf(object, { name, services, problems });
    if (service === null) continue;
    const { json, notes: own } = services.action(service);
    for (const { address } of entryPoints) {
      const entry = config.server(`${address}/udp`, origin);
      const action = { action: json, origin };
      const written = rule(entry, ["CATCHALL", "CATCHALL"], action);
      if (written === null) {
        problems.add(
          origin,
          `The entry point ${quoted(address)} has two UDP routers`,
        );
      } else {
        for (const { origin, text } of own) notes.write(written, origin, text);
      }
    }
  }
}
