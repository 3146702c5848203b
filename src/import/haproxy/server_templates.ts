/**
 * `server-template`: servers that DNS tells.
 *
 * @module
 */
import type { Json } from "../entry.ts";
import { type Origin, quoted } from "../origin.ts";
import { serverAddress } from "./hosts.ts";
import type { Proxy } from "./proxies.ts";
import {
  readParams,
  type ServerContext,
  type ServerParams,
} from "./servers.ts";
import { originOf } from "./words.ts";

/** What reading a `server-template` may tell. */
export interface TemplateContext extends ServerContext {
  /** Gets the names of the sections "resolvers" that are used. */
  readonly resolvers: Set<string>;
}

/** What a `server-template` stands for. */
export interface Template {
  /** `to_addr` and `within`. */
  readonly fields: Readonly<Record<string, Json>>;
  readonly params: ServerParams;
}

/**
 * Reads the `server-template` of a backend.
 *
 * @param defaults What its servers have where nothing is said.
 * @returns `null`: there is none that can be used.
 */
export function readTemplate(
  proxy: Proxy,
  defaults: ServerParams,
  context: TemplateContext,
): Template | null {
  const [line, ...others] = proxy.own("server-template");
  if (line === undefined) return null;
  for (const other of others) {
    context.ledger.useAll(other);
    context.note(
      other[0].origin,
      'A second "server-template" is left out: "srv:" stands alone',
    );
  }
  const [, prefix, count, address, ...params] = line;
  if (address === undefined) {
    context.problems.add(
      line[0].origin,
      '"server-template" has no address: expected a prefix, a number and an address',
    );
    return null;
  }
  context.ledger.use(prefix!, count!, address);
  const at = params.findIndex(({ text }) => text === "resolvers");
  const section = at < 0 ? undefined : params[at + 1];
  if (section !== undefined && address.text.startsWith("_")) {
    // The name servers are the resolver of passthru.
    context.ledger.use(params[at]!, section);
    context.resolvers.add(section.text);
    params.splice(at, 2);
  }
  const read = readParams(params, { ...defaults }, context);
  const unusable = read.ssl ?? read.disabled;
  if (unusable !== undefined) {
    context.note(
      unusable,
      `"server-template" is left out: ${
        read.ssl === undefined
          ? "it is disabled"
          : '"ssl" encrypts what is sent to its servers, which passthru does not do'
      }`,
    );
    return null;
  }
  for (const other of proxy.own("server")) {
    context.note(
      originOf(other),
      'A "server" beside "server-template" is left out: its targets stand alone',
    );
  }
  const fields = address.text.startsWith("_")
    ? srvFields(address.text, address.origin, context)
    : nameFields(address.text, address.origin, context);
  return fields === null ? null : { fields, params: read };
}

/** A name with `_service._proto` is asked for its SRV records. */
function srvFields(
  text: string,
  origin: Origin,
  { note }: ServerContext,
): Record<string, Json> {
  const domain = text.split(".").filter((label) => !label.startsWith("_"))
    .join(".");
  note(
    origin,
    `The answer for ${
      quoted(text)
    } may name targets below ${domain} alone: "within" must allow what it names`,
  );
  return { to_addr: `srv:${text}`, within: [`*.${domain}`] };
}

function nameFields(
  text: string,
  origin: Origin,
  { note }: ServerContext,
): Record<string, Json> | null {
  const found = serverAddress(text, null);
  if (typeof found === "string") {
    note(origin, `${quoted(text)}: ${found}`);
    return null;
  }
  note(
    origin,
    `The addresses of ${
      quoted(text)
    } are one target: each connection goes to the first one that accepts it`,
  );
  return { to_addr: found.target };
}
