/**
 * Findings about Unix sockets: their clients have no address, so what asks for
 * one never holds.
 *
 * @module
 */
import { type Diagnostic, quoted } from "./diagnostics.ts";
import type { ListenerPlan, Plan } from "./plan.ts";
import {
  type JsonNode,
  properties,
  type Property,
  property,
  spanOf,
} from "./source.ts";
import { ruleKeys } from "./rule_tokens.ts";
import { isUnix } from "./unix_address.ts";

const NO_ADDRESS = "clients of a Unix socket have no address";

/** Warns of what keeps every client of a Unix socket out, or has no effect. */
export function lintUnixSockets(
  root: JsonNode,
  { listeners }: Pick<Plan, "listeners">,
): Diagnostic[] {
  const servers = properties(property(root, "servers")?.value);
  const defaults = property(root, "defaults")?.value;
  return listeners.flatMap((listener, index) => {
    if (!isUnix(listener.address)) return [];
    const server = servers[index]!;
    const own = property(server.value, "options")?.value;
    return [
      ...lintOptions(listener, { own, defaults, server }),
      ...lintRules(listener, server),
    ];
  });
}

function lintOptions(
  { acceptProxy, limits: { allow }, address }: ListenerPlan,
  places: {
    readonly own: JsonNode | undefined;
    readonly defaults: JsonNode | undefined;
    readonly server: Property;
  },
): Diagnostic[] {
  const { own, defaults, server } = places;
  const warning = (name: string, message: string): Diagnostic => ({
    severity: "warning",
    message,
    span: spanOf(
      (property(own, name) ?? property(defaults, name) ?? server).key,
    ),
  });
  const found: Diagnostic[] = [];
  const nobody = `No client of ${quoted(address.text)} is served`;
  if (acceptProxy?.required === true) {
    found.push(warning(
      "accept_proxy",
      `${nobody}: "accept_proxy" requires a header from an address in "from", and ${NO_ADDRESS}`,
    ));
  } else if (property(own, "accept_proxy") !== undefined) {
    found.push(warning(
      "accept_proxy",
      `"accept_proxy" has no effect: ${NO_ADDRESS}`,
    ));
  }
  if (allow !== undefined) {
    found.push(warning(
      "allow",
      `${nobody}: "allow" has addresses, and ${NO_ADDRESS}`,
    ));
  }
  return found;
}

/** Rules with `FROM`, but for `!FROM`, which always holds. */
function lintRules(
  { protocols }: ListenerPlan,
  server: Property,
): Diagnostic[] {
  return protocols.flatMap(({ protocol, rules }) => {
    const from = rules.filter(({ conditions }) =>
      conditions.some(({ word, negated }) => word === "FROM" && !negated)
    );
    if (from.length === 0) return [];
    const keys = ruleKeys(property(server.value, protocol)?.value);
    return from.map(({ text }): Diagnostic => ({
      severity: "warning",
      message: `Rule ${quoted(text)} can never match: ${NO_ADDRESS}`,
      span: spanOf(keys.get(text) ?? server.key),
    }));
  });
}
