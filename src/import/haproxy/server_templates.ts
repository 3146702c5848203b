/**
 * `server-template`: servers that DNS tells.
 *
 * @module
 */
import type { Json } from "../entry.ts";
import { type Origin, quoted } from "../origin.ts";
import { serverAddress } from "./hosts.ts";
import type { Proxy } from "./proxies.ts";
import { readParams, type ServerContext } from "./servers.ts";

/** What reading a `server-template` may tell. */
export interface TemplateContext extends ServerContext {
  /** Gets the names of the sections "resolvers" that are used. */
  readonly resolvers: Set<string>;
}

/**
 * The targets of the `server-template` of a backend.
 *
 * @returns `null`: there is none.
 */
export function templateFields(
  proxy: Proxy,
  context: TemplateContext,
): Record<string, Json> | null {
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
  readParams(params, {}, context);
  const found = address.text.startsWith("_")
    ? srvFields(address.text, address.origin, context)
    : nameFields(address.text, address.origin, context);
  return found;
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
