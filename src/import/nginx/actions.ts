/**
 * Where nginx's `proxy_pass` leads to, as actions.
 *
 * @module
 */
import type { WrittenCondition } from "../../rule/written_condition.ts";
import type { Json } from "../entry.ts";
import type { Problems } from "../importer.ts";
import { REJECT } from "../ordered/actions.ts";
import { type Origin, quoted } from "../origin.ts";
import type { Part, Raw } from "./cases.ts";
import type { Listener } from "./listen.ts";
import type { Scope } from "./scope.ts";
import { resolveTarget, type Targets, upstreamKey } from "./upstreams.ts";
import type { Say } from "./say.ts";

/** What actions are made with. */
export interface ActionContext {
  readonly scope: Scope;
  readonly listener: Listener;
  readonly upstreams: ReadonlyMap<string, Targets>;
  readonly problems: Problems;
  readonly say: Say;
  /** Whether the target is written without variables. */
  readonly isFixed: boolean;
  /** The upstreams that are used are added. */
  readonly used: Set<string>;
}

/** Makes the action of a value under conditions. */
export type ActionMaker = (
  parts: readonly Part[],
  conditions: readonly WrittenCondition[],
  origin: Origin,
) => Json;

/** Makes actions with the settings of a server. */
export function actionMaker(context: ActionContext): ActionMaker {
  const more = settingsOf(context);
  return (parts, conditions, origin) => {
    const text = textOf(parts, conditions);
    if (text === "") return REJECT.json;
    if (text === null) {
      context.say(
        origin,
        `The target ${
          quoted(written(parts))
        } has no equivalent here: such connections are refused`,
      );
      return REJECT.json;
    }
    const targets = text.includes("{sni}")
      ? { to_addr: text, allow_private: true }
      : resolved(text, origin, context);
    if (targets === null) return REJECT.json;
    const fields = { ...targets, ...more(targets.to_addr) };
    return Object.keys(fields).length === 1 &&
        typeof fields.to_addr === "string"
      ? fields.to_addr
      : { action: "FORWARD", ...fields };
  };
}

function resolved(
  text: string,
  origin: Origin,
  { upstreams, problems, say, used, isFixed }: ActionContext,
): Targets | null {
  used.add(upstreamKey(text));
  const found = resolveTarget(text, upstreams);
  if (found.ok) return found.targets;
  const message = `${found.problem}: expected an upstream or "host:port"`;
  // nginx starts with such a value of a variable, and closes the connection.
  if (isFixed) problems.add(origin, message);
  else say(origin, `${message}; such connections are refused`);
  return null;
}

/** The text of a value; `{sni}` in it, where a rule may have that. */
function textOf(
  parts: readonly Part[],
  conditions: readonly WrittenCondition[],
): string | null {
  let text = "";
  for (const part of parts) {
    if (typeof part === "string") {
      text += part;
      continue;
    }
    if (!("raw" in part) || part.raw !== "sni") return null;
    const host = conditions.find(({ word, negated }) =>
      word === "SNI" && !negated
    )?.value;
    if (conditions.some(({ word }) => word === "NOSNI")) continue;
    if (host === undefined || host.startsWith("/")) return null;
    text += host.startsWith("*.") ? "{sni}" : host;
  }
  // Nothing but a port may stand beside it.
  return text.includes("{sni}") && !/^\{sni\}:\d{1,5}$/.test(text)
    ? null
    : text;
}

const NAMES: Readonly<Record<Raw, string>> = {
  sni: "ssl_preread_server_name",
  alpn: "ssl_preread_alpn_protocols",
  protocol: "ssl_preread_protocol",
  address: "remote_addr",
};

function written(parts: readonly Part[]): string {
  return parts.map((part) =>
    typeof part === "string"
      ? part
      : "unknown" in part
      ? part.unknown
      : `$${NAMES[part.raw]}`
  ).join("");
}

/** The fields that each action of a server has. */
function settingsOf(
  { scope, listener, say, problems }: ActionContext,
): (target: Json) => Record<string, Json> {
  const all: Record<string, Json> = {};
  const proxy = scope.on("proxy_protocol");
  const version = scope.one("proxy_protocol_version")?.args[0]?.text;
  if (proxy !== undefined) {
    if (listener.udp) {
      say(proxy.origin, '"proxy_protocol" over UDP has no equivalent');
    } else all["send_proxy"] = version?.endsWith("2") ? "v2" : "v1";
  }
  const next = scope.one("proxy_next_upstream");
  const tries = scope.one("proxy_next_upstream_tries");
  let retries: number | null = null;
  if (tries !== undefined) {
    const number = Number(tries.args[0]?.text);
    if (!Number.isInteger(number) || number < 0) {
      problems.add(
        tries.origin,
        'Invalid number of "proxy_next_upstream_tries"',
      );
    } else if (number > 0) retries = number - 1;
  }
  if (next?.args[0]?.text === "off") retries = 0;
  return (target) =>
    retries === null || typeof target === "string" ? all : { retries, ...all };
}
