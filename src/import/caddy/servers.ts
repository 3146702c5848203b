/**
 * Servers of Caddy's layer 4 app.
 *
 * @module
 */
import type { Entry } from "../entry.ts";
import { type ImportedConfig, option } from "../imported_config.ts";
import type { Problems } from "../importer.ts";
import { type Action, REJECT, writeRules } from "../ordered/actions.ts";
import type { DeclaredDetectors } from "../ordered/declared_detectors.ts";
import { durationText } from "../ordered/duration_text.ts";
import { is, testsOf } from "../ordered/expression.ts";
import type { Notes } from "../ordered/notes.ts";
import {
  type OrderedRule,
  translateServer,
} from "../ordered/ordered_server.ts";
import { unreachedText } from "../ordered/unreached.ts";
import { type Origin, quoted } from "../origin.ts";
import { goDuration } from "../tree/go_duration.ts";
import type { ObjectReader, TreeReader } from "../tree/reader.ts";
import type { Field } from "../tree/tree.ts";
import { type NetworkAddress, networkAddress } from "./network_address.ts";
import { RouteReader } from "./routes.ts";

/** What writing servers needs. */
export interface ServerContext {
  readonly config: ImportedConfig;
  readonly problems: Problems;
  readonly notes: Notes;
  readonly reader: TreeReader;
  readonly detectors: DeclaredDetectors;
}

/** How long matching may take where nothing is said, in milliseconds. */
const MATCHING_MS = 3000;

/** Writes a server once for each of its addresses. */
export function writeServer(
  { name, origin }: Field,
  server: ObjectReader,
  context: ServerContext,
): void {
  const { notes, problems } = context;
  const listen = server.texts("listen");
  if (listen.length === 0) {
    problems.add(origin, `The server ${quoted(name)} listens on nothing`);
  }
  for (const { text, origin } of listen) {
    if (text.includes("{")) {
      notes.add(
        origin,
        `${quoted(text)} is left out: its value is known to Caddy alone`,
      );
      continue;
    }
    const addresses = networkAddress(text);
    if (addresses.length === 0) {
      problems.add(
        origin,
        `Invalid address ${
          quoted(text)
        }: expected one such as ":443", "tcp/192.0.2.1:443", "udp/:53" or "unix//run/in.sock"`,
      );
    }
    for (const address of addresses) {
      writeAddress(address, { server, origin }, context);
    }
  }
}

function writeAddress(
  address: NetworkAddress,
  { server, origin }: { server: ObjectReader; origin: Origin },
  { config, problems, notes, reader, detectors }: ServerContext,
): void {
  const transport = address.kind === "unix" ? "tcp" : address.transport;
  const key = keyOf(address);
  if (config.servers.some(({ name }) => name === key)) {
    problems.add(origin, `Address ${quoted(key)} is listened on twice`);
    return;
  }
  const entry = config.server(key, origin);
  const routes = new RouteReader({
    reader,
    detectors,
    transport,
    host: address.kind === "unix" ? "" : address.host,
    wide: false,
    note: (origin, text) => notes.add(origin, text),
  }).read(server);
  const translated = translateServer({
    rules: transport === "tcp"
      ? withSilence(routes.rules, origin)
      : routes.rules,
    otherwise: { action: REJECT, origin },
  }, {
    registry: detectors.registry(),
    transport,
    hasAddresses: address.kind !== "unix" || routes.acceptProxy !== null,
    problem: ({ origin }, reason) =>
      notes.add(origin, `A part of its matchers is left out: ${reason}`),
    unreached: (one) => {
      // What silent clients get is no route of the original.
      if (one.origin !== origin) notes.add(one.origin, unreachedText(one));
    },
  });
  writeOptions(entry, server, {
    transport,
    reads: translated.protocols.length > 0,
  });
  const { acceptProxy } = routes;
  if (acceptProxy !== null) {
    const { origin, ...value } = acceptProxy;
    option(entry, "accept_proxy", {
      value: { from: [...value.from], required: value.required },
      origin,
    });
  }
  writeRules(entry, translated, { config, notes });
}

function keyOf(address: NetworkAddress): string {
  if (address.kind === "unix") return `unix:${address.path}`;
  return address.transport === "udp"
    ? `${address.address}/udp`
    : address.address;
}

/** From the first rule that needs bytes on, Caddy closes who sends none. */
function withSilence(
  rules: readonly OrderedRule<Action>[],
  origin: Origin,
): OrderedRule<Action>[] {
  const first = rules.findIndex(({ when }) =>
    [...testsOf(when)].some((test) =>
      test.kind !== "unknown" && test.protocol !== null
    )
  );
  return first < 0 ? [...rules] : [
    ...rules.slice(0, first),
    { when: is("SILENT"), action: REJECT, origin },
    ...rules.slice(first),
  ];
}

function writeOptions(
  entry: Entry,
  server: ObjectReader,
  { transport, reads }: { transport: "tcp" | "udp"; reads: boolean },
): void {
  const field = server.field("matching_timeout");
  const matching = time(server, "matching_timeout") ?? MATCHING_MS;
  if (reads && transport === "tcp") {
    option(entry, "detect_timeout", {
      value: durationText(matching),
      origin: field?.origin ?? null,
    });
  }
  const idle = time(server, "idle_timeout");
  if (idle !== null && transport === "udp") {
    option(entry, "idle_timeout", {
      value: durationText(idle),
      origin: server.field("idle_timeout")!.origin,
    });
  }
}

/** A time; a bare number counts nanoseconds, as in Go. */
function time(object: ObjectReader, name: string): number | null {
  const text = object.text(name);
  if (text === null) return null;
  const found = goDuration(text, 1e-6);
  if (found === null) object.wrong(name, 'a time such as "3s"');
  return found;
}
