/**
 * Findings about rules of `POSTGRES` that clients pass by without knowing it.
 *
 * @module
 */
import { type Diagnostic, quoted } from "./diagnostics.ts";
import type { ListenerPlan, Plan, ProtocolPlan } from "./plan.ts";
import { ruleKeys } from "./rule_tokens.ts";
import {
  type JsonNode,
  properties,
  type Property,
  property,
  spanOf,
} from "./source.ts";

const PROTOCOL = "POSTGRES";

/** What a client says that does not ask for encryption. */
const PLAIN: readonly string[] = ["USER", "DATABASE"];

/** What a client says once encryption is agreed to. */
const ENCRYPTED: readonly string[] = ["SNI", "ALPN"];

/**
 * Notes that rules with a user or a database are not for clients that ask for
 * encryption first, as libpq does unless told otherwise (`sslmode=prefer`), if
 * no rule is for those.
 */
export function lintPostgres(
  root: JsonNode,
  { listeners }: Pick<Plan, "listeners">,
): Diagnostic[] {
  const servers = properties(property(root, "servers")?.value);
  return listeners.flatMap((listener, index) =>
    listener.protocols.filter(({ protocol }) => protocol === PROTOCOL)
      .flatMap((plan) => lintRules(plan, { listener, server: servers[index]! }))
  );
}

function lintRules(
  { rules, catchall }: ProtocolPlan,
  place: { readonly listener: ListenerPlan; readonly server: Property },
): Diagnostic[] {
  const { listener, server } = place;
  const first = rules.find(({ conditions }) => asks(conditions, PLAIN));
  if (first === undefined) return [];
  if (rules.some(({ conditions }) => asks(conditions, ENCRYPTED))) return [];
  const rest = catchall ?? listener.catchall;
  const fate = rest?.action === "FORWARD" ? "get CATCHALL" : "are refused";
  const rule = quoted(first.text);
  const keys = ruleKeys(property(server.value, PROTOCOL)?.value);
  return [{
    severity: "note",
    message:
      `Rule ${rule} is only for clients with sslmode=disable: others, such as psql without options, ask for encryption first and ${fate}`,
    span: spanOf(keys.get(first.text) ?? server.key),
  }];
}

function asks(
  conditions: ProtocolPlan["rules"][number]["conditions"],
  words: readonly string[],
): boolean {
  return conditions.some(({ word, negated }) =>
    words.includes(word) && !negated
  );
}
