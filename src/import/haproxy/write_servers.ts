/**
 * Writes the servers of frontends into a config.
 *
 * @module
 */
import type { Entry } from "../entry.ts";
import { type ImportedConfig, option } from "../imported_config.ts";
import type { Problems } from "../importer.ts";
import { writeRules } from "../ordered/actions.ts";
import { type Origin, quoted } from "../origin.ts";
import { blocksOf } from "./client_blocks.ts";
import { durationText } from "../ordered/duration_text.ts";
import { wholeNumber } from "./durations.ts";
import type { FrontendServer } from "./frontends.ts";
import type { Notes } from "../ordered/notes.ts";
import { originOf } from "./words.ts";

/** Every address: whoever connects must send a PROXY header. */
const EVERYBODY = ["0.0.0.0/0", "::/0"];

/** Writes servers. @returns Their entries. */
export function writeServers(
  config: ImportedConfig,
  servers: readonly FrontendServer[],
  { problems, notes }: { readonly problems: Problems; readonly notes: Notes },
): Entry[] {
  const entries: Entry[] = [];
  for (const server of servers) {
    const { address, origin } = server.listener;
    const known = config.servers.find(({ name }) => name === address);
    if (known !== undefined) {
      problems.add(
        origin,
        `Address ${quoted(address)} is listened on twice`,
        known.origin === null
          ? undefined
          : { origin: known.origin, message: "listened on here" },
      );
      continue;
    }
    const entry = config.server(address, origin);
    entries.push(entry);
    writeOptions(entry, server, problems);
    writeRules(entry, server.rules, { config, notes });
  }
  return entries;
}

function writeOptions(
  entry: Entry,
  { listener, proxy, content, blocks }: FrontendServer,
  problems: Problems,
): void {
  const set = (
    name: string,
    value: Parameters<typeof option>[2]["value"],
    origin: Origin,
  ) => option(entry, name, { value, origin });
  const { inspectDelay, expectProxy } = content;
  if (listener.acceptProxy !== null) {
    set("accept_proxy", { from: EVERYBODY }, listener.acceptProxy)?.note(
      listener.acceptProxy,
      entry.name.startsWith("unix:")
        ? "passthru reads no header on a Unix socket, and refuses all clients of this one: let it listen on an address"
        : 'HAProxy reads the header of whoever connects: "from" should name your load balancers alone',
    );
  }
  for (const { when, origin } of expectProxy) {
    const from = blocksOf(when);
    const done = from !== null && listener.acceptProxy === null &&
      set("accept_proxy", { from, required: false }, origin);
    if (!done) {
      entry.note(
        origin,
        '"expect-proxy" is left out: it needs "src" alone, once',
      );
    }
  }
  if (inspectDelay !== null) {
    set("detect_timeout", durationText(inspectDelay.ms), inspectDelay.origin);
  }
  for (
    const [name, keyword] of [["max_connections", "maxconn"], [
      "backlog",
      "backlog",
    ]] as const
  ) {
    const line = proxy.setting(keyword);
    const value = wholeNumber(line?.[1], problems);
    if (line === undefined || value === null || value === 0) continue;
    const written = set(name, value, originOf(line));
    if (name === "max_connections") {
      written?.note(
        originOf(line),
        "More connections wait in HAProxy; passthru refuses them",
      );
    }
  }
  const denied = blocks.deny.flatMap(({ blocks }) => blocks);
  const [first] = blocks.deny;
  if (first !== undefined) {
    set("deny", [...new Set(denied)], first.refusal.origin);
  }
  if (blocks.allow !== null) {
    set("allow", blocks.allow.blocks, blocks.allow.refusal.origin);
  }
}
