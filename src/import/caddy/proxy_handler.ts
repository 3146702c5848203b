/**
 * The handler `proxy` as an action.
 *
 * @module
 */
import type { Json } from "../entry.ts";
import { type Action, REJECT } from "../ordered/actions.ts";
import { durationText } from "../ordered/duration_text.ts";
import { type Note, type Origin, quoted } from "../origin.ts";
import { goDuration } from "../tree/go_duration.ts";
import type { ObjectReader } from "../tree/reader.ts";
import { scaled } from "../tree/shares.ts";
import { networkAddress } from "./network_address.ts";

/** `load_balancing` in both programs. */
const BALANCE: Readonly<Record<string, string>> = {
  random: "random",
  random_choose: "random",
  ip_hash: "source_hash",
  least_conn: "least_connections",
  round_robin: "round_robin",
  weighted_round_robin: "round_robin",
};

/** A target. */
interface Target {
  readonly addr: string;
  readonly weight: number;
  readonly backup: boolean;
}

/** Whether an upstream is named by what the client asks for. */
export function isDynamic(handler: ObjectReader): boolean {
  return handler.items("upstreams").some((upstream) =>
    upstream.texts("dial").some(({ text }) =>
      /\{l4\.(?:tls|quic|http)\./.test(text)
    )
  );
}

/** What `proxy` does. */
export function proxyAction(
  handler: ObjectReader,
  transport: "tcp" | "udp",
): Action {
  const notes: Note[] = [];
  const note = (origin: Origin, text: string) => notes.push({ origin, text });
  const policy = policyOf(handler, note);
  const header = headerOf(handler);
  const targets = targetsOf(handler, {
    transport,
    note,
    isFirst: policy === "first",
    isWeighted: policy === "weighted_round_robin",
  });
  if (targets.length === 0) {
    note(
      handler.origin,
      '"proxy" has no upstream that can be used: it is a REJECT here',
    );
    return { json: REJECT.json, notes };
  }
  const list = targets.map(({ addr, weight, backup }) =>
    weight === 1 && !backup ? addr : {
      addr,
      ...weight === 1 ? {} : { weight },
      ...backup ? { backup } : {},
    }
  );
  const [first] = list;
  const isOne = list.length === 1 && typeof first === "string";
  const balance = Object.hasOwn(BALANCE, policy) ? BALANCE[policy]! : null;
  const fields = {
    ...isOne || balance === null ? {} : { balance },
    ...healthOf(handler, note),
    ...header,
  };
  const to: Json = isOne ? first : list;
  return {
    json: isOne && Object.keys(fields).length === 0
      ? to
      : { action: "FORWARD", to_addr: to, ...fields },
    notes,
  };
}

type Noter = (origin: Origin, text: string) => void;

/** The name of the policy; `random` where nothing is said. */
function policyOf(handler: ObjectReader, note: Noter): string {
  const selection = handler.object("load_balancing")?.object("selection");
  const policy = selection?.text("policy") ?? "random";
  if (policy !== "first" && !Object.hasOwn(BALANCE, policy)) {
    note(
      selection!.origin,
      `The policy ${quoted(policy)} has no equivalent: "round_robin" is used`,
    );
  }
  return policy;
}

function targetsOf(
  handler: ObjectReader,
  { transport, note, isFirst, isWeighted }: {
    readonly transport: "tcp" | "udp";
    readonly note: Noter;
    readonly isFirst: boolean;
    readonly isWeighted: boolean;
  },
): Target[] {
  const targets = new Map<string, Target>();
  for (const [index, upstream] of handler.items("upstreams").entries()) {
    const tls = upstream.field("tls");
    if (tls !== undefined) {
      upstream.take("tls");
      upstream.take("dial");
      note(
        tls.origin,
        'An upstream is left out: "tls" encrypts what is sent to it, which passthru does not do',
      );
      continue;
    }
    const weight = Math.max(1, upstream.number("weight") ?? 1);
    const dials = upstream.texts("dial").flatMap(({ text, origin }) => {
      const found = targetText(text, transport);
      if (typeof found !== "string") return [{ addr: found.addr, origin }];
      note(origin, `${quoted(text)} is left out: ${found}`);
      return [];
    });
    const [only, ...others] = dials;
    if (only === undefined) continue;
    for (const { addr, origin } of others) {
      note(
        origin,
        `${
          quoted(addr)
        } is left out: Caddy sends what a client sends to all addresses of an upstream, passthru to one`,
      );
    }
    targets.set(only.addr, {
      addr: only.addr,
      weight: isWeighted ? weight : 1,
      backup: isFirst && index > 0,
    });
  }
  const all = scaled([...targets.values()]);
  return all.every(({ backup }) => backup)
    ? all.map((target) => ({ ...target, backup: false }))
    : all;
}

/** An address that is dialled; or why it cannot be. */
function targetText(
  text: string,
  transport: "tcp" | "udp",
): { readonly addr: string } | string {
  const dynamic = text.replace(/^(?:tcp|udp)\//, "")
    .replace(/\{l4\.(?:tls|quic\.tls)\.server_name\}/, "{sni}")
    .replace("{l4.http.host}", "{host}");
  if (/^\{(?:sni|host)\}:\d+$/.test(dynamic)) return { addr: dynamic };
  if (text.includes("{")) return "its value is known to Caddy alone";
  const [found, ...others] = networkAddress(text);
  if (found === undefined || others.length > 0) return "it is no address";
  if (found.kind === "unix") return { addr: `unix:${found.path}` };
  if (found.transport !== transport) {
    return `a target of passthru has the transport of its server (${transport})`;
  }
  return { addr: found.address };
}

function healthOf(handler: ObjectReader, note: Noter): Record<string, Json> {
  const checks = handler.object("health_checks");
  const passive = checks?.field("passive");
  if (passive !== undefined) {
    checks!.take("passive");
    note(
      passive.origin,
      '"passive": a target that fails three dials in a row is skipped for a while, always',
    );
  }
  const active = checks?.object("active");
  if (!active) return {};
  const time = (name: string, standard: number) => {
    const text = active.text(name);
    const ms = text === null ? standard : goDuration(text, 1e-6);
    if (ms === null) active.wrong(name, 'a time such as "30s"');
    return durationText(ms || standard);
  };
  return {
    health: {
      interval: time("interval", 30_000),
      timeout: time("timeout", 5000),
      fall: Math.max(1, active.number("fall") ?? 1),
      rise: Math.max(1, active.number("rise") ?? 1),
    },
  };
}

function headerOf(handler: ObjectReader): Record<string, Json> {
  const version = handler.text("proxy_protocol");
  if (version === null || version === "") return {};
  if (version === "v1" || version === "v2") return { send_proxy: version };
  handler.wrong("proxy_protocol", '"v1" or "v2"');
  return {};
}
