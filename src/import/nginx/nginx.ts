/**
 * Imports the `stream` part of an nginx config.
 *
 * @module
 */
import { BUILTINS } from "../../detect/builtins.ts";
import { DATAGRAM_BUILTINS } from "../../detect/datagram_builtins.ts";
import { Registry } from "../../detect/registry.ts";
import { ImportedConfig } from "../imported_config.ts";
import { type Importer, Problems } from "../importer.ts";
import { type Origin, quoted } from "../origin.ts";
import { Block, type Directive, readDirectives } from "./directives.ts";
import { leftText } from "./left.ts";
import { mapsOf } from "./maps.ts";
import { addServer } from "./servers.ts";
import { setDefaults } from "./server_options.ts";
import { upstreamKey, upstreamsOf } from "./upstreams.ts";
import type { Say } from "./say.ts";
import { textsOf } from "./variables.ts";

/** The importer. */
export const importNginx: Importer = async (source, others) => {
  const problems = new Problems();
  const config = new ImportedConfig();
  const outcome = () => ({
    config,
    problems: problems.all,
    title: "an nginx stream config",
  });
  const file = await readDirectives(source, { others, problems });
  // What follows from a broken file is no help.
  if (problems.all.length > 0) return outcome();
  const { stream, origin } = streamOf(file, source);
  for (const { args, unread } of stream.unread()) {
    problems.add(args[0]!.origin, unread!);
  }
  const isHttp = stream === file && file.has("http") ||
    stream.directives.some(isOfHttp);
  if (isHttp) {
    problems.add(
      origin,
      'This is a config of "http": expected one of "stream"',
    );
  }
  if (problems.all.length > 0) return outcome();
  const said = new Set<string>();
  const say: Say = (place, text) => {
    const key = `${place.source.file} ${place.span.offset} ${text}`;
    if (said.has(key)) return;
    said.add(key);
    noteAt(config, place, text);
  };
  const zones = zonesOf(stream, problems);
  const registry = new Registry([...BUILTINS, ...DATAGRAM_BUILTINS]);
  const context = { config, problems, say, stream, zones, registry };
  setDefaults(config.root, stream, context);
  const variables = {
    maps: mapsOf(stream, context),
    texts: textsOf(stream),
  };
  const upstreams = upstreamsOf(stream, context);
  const used = new Set<string>();
  const servers = stream.all("server");
  for (const server of servers) {
    addServer(server, { ...context, variables, upstreams, used });
  }
  const declared = [
    ...stream.all("upstream").map(({ name, args, origin }) => {
      const text = args[0]?.text ?? "";
      return { name, origin, text, key: upstreamKey(text) };
    }),
    ...[...variables.maps].map(([variable, { directive }]) => {
      const text = `$${variable}`;
      return { ...directive, text, key: text };
    }),
  ];
  for (const { name, origin, text, key } of declared) {
    if (used.has(key)) continue;
    say(origin, `The ${name} ${quoted(text)} is left out: no server uses it`);
  }
  for (
    const block of [
      file,
      stream,
      ...servers.map((one) => one.block ?? new Block()),
    ]
  ) {
    for (const one of block.rest()) say(one.origin, leftText(one));
  }
  return outcome();
};

/** The block `stream`, or the whole file if it has none. */
function streamOf(
  file: Block,
  source: Origin["source"],
): { readonly stream: Block; readonly origin: Origin } {
  const found = file.all("stream").filter(({ block }) => block !== null);
  const [first] = found;
  const start = { source, span: { offset: 0, length: 1 } };
  if (first === undefined) return { stream: file, origin: start };
  const all = new Block();
  for (const { block } of found) {
    for (const one of block!.directives) all.directives.push(one);
  }
  return { stream: all, origin: first.origin };
}

/** Whether a server has what only `http` has. */
function isOfHttp({ name, block }: Directive): boolean {
  return name === "server" &&
    (block?.has("location") || block?.has("root")) === true;
}

function zonesOf(stream: Block, problems: Problems): Map<string, string> {
  const zones = new Map<string, string>();
  for (const { args, origin } of stream.all("limit_conn_zone")) {
    const [key, zone] = args;
    const name = /^zone=([^:]+)(?::.*)?$/.exec(zone?.text ?? "")?.[1];
    if (key === undefined || name === undefined) {
      problems.add(
        origin,
        'Invalid "limit_conn_zone": expected a key and "zone=name:size"',
      );
    } else zones.set(name, key.text);
  }
  return zones;
}

/** Notes something at the server that its place is in, or for the whole file. */
function noteAt(config: ImportedConfig, place: Origin, text: string): void {
  const server = config.servers.findLast((one) =>
    one.origin?.source === place.source &&
    one.origin.span.offset <= place.span.offset
  );
  (server ?? config.root).note(place, text);
}
