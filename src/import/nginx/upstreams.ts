/**
 * nginx's upstreams as targets of an action.
 *
 * @module
 */
import { joinAddress } from "../addresses.ts";
import type { Json } from "../entry.ts";
import type { Problems } from "../importer.ts";
import { quoted } from "../origin.ts";
import type { Block, Directive } from "./directives.ts";
import type { Say } from "./say.ts";

/** The fields of an action that an upstream brings. */
export interface Targets {
  readonly to_addr: Json;
  readonly balance?: string;
}

/** A target, or what is wrong with it. */
export type ReadTarget =
  | { readonly ok: true; readonly addr: string }
  | { readonly ok: false; readonly problem: string };

/** Reads an address such as `10.0.0.1:443` or `unix:/run/app.sock`. */
export function readTarget(text: string): ReadTarget {
  if (text.startsWith("unix:")) {
    const path = text.slice(5);
    return path.startsWith("/")
      ? { ok: true, addr: text }
      : { ok: false, problem: `Expected an absolute path in ${quoted(text)}` };
  }
  const found = /^(\[[^\]]*\]|[^:]*):([^:]*)$/.exec(text);
  if (found === null) {
    return { ok: false, problem: `There is no port in ${quoted(text)}` };
  }
  const joined = joinAddress(found[1]!, found[2]!);
  if (!joined.ok) return joined;
  return joined.address.startsWith(":")
    ? { ok: false, problem: `There is no host in ${quoted(text)}` }
    : { ok: true, addr: joined.address };
}

/** Reads the upstreams of a block, by their names in lower case. */
export function upstreamsOf(
  stream: Block,
  context: { readonly problems: Problems; readonly say: Say },
): Map<string, Targets> {
  const { problems } = context;
  const upstreams = new Map<string, { targets: Targets; from: Directive }>();
  for (const directive of stream.all("upstream")) {
    const { args, block, origin } = directive;
    const [name] = args;
    if (name === undefined || args.length > 1 || block === null) {
      problems.add(
        origin,
        'Invalid "upstream": expected "upstream name { ... }"',
      );
      continue;
    }
    const key = upstreamKey(name.text);
    const known = upstreams.get(key);
    if (known !== undefined) {
      problems.add(origin, `A second upstream ${quoted(name.text)}`, {
        origin: known.from.origin,
        message: "first one here",
      });
      continue;
    }
    const targets = targetsOf(directive, block, context);
    if (targets !== null) {
      upstreams.set(key, { targets, from: directive });
    }
  }
  return new Map(
    [...upstreams].map(([name, { targets }]) => [name, targets] as const),
  );
}

function targetsOf(
  { origin, args }: Directive,
  block: Block,
  context: { readonly problems: Problems; readonly say: Say },
): Targets | null {
  const { problems, say } = context;
  const servers = block.all("server");
  const targets = servers.map((server) => targetOf(server, context));
  if (servers.length === 0) {
    problems.add(
      origin,
      `There is no server in upstream ${quoted(args[0]!.text)}`,
    );
  }
  const balance = balanceOf(block, say);
  // The state of targets is shared by all workers anyway.
  block.all("zone");
  for (const { name, origin: place } of block.rest()) {
    say(place, `${quoted(name)} of an upstream has no equivalent`);
  }
  const good = withoutTwice(targets.filter((one) => one !== null));
  if (good.length === 0) return null;
  const [only] = good;
  return {
    to_addr: good.length === 1 && typeof only === "string" ? only : good,
    ...(balance === null || good.length === 1 ? {} : { balance }),
  };
}

/** Targets of one address together: their weights add up. */
function withoutTwice(targets: readonly Target[]): Json[] {
  const known = new Map<string, Target>();
  for (const target of targets) {
    const first = known.get(target.addr);
    known.set(target.addr, {
      addr: target.addr,
      weight: target.weight + (first?.weight ?? 0),
      backup: target.backup && first?.backup !== false,
    });
  }
  return [...known.values()].map(({ addr, weight, backup }) =>
    weight === 1 && !backup ? addr : {
      addr,
      ...(weight === 1 ? {} : { weight }),
      ...(backup ? { backup } : {}),
    }
  );
}

interface Target {
  readonly addr: string;
  readonly weight: number;
  readonly backup: boolean;
}

function targetOf(
  { args, origin }: Directive,
  { problems, say }: { readonly problems: Problems; readonly say: Say },
): Target | null {
  const [address, ...parameters] = args;
  if (address === undefined) {
    problems.add(origin, '"server" expects an address');
    return null;
  }
  const target = readTarget(address.text);
  if (!target.ok) problems.add(address.origin, target.problem);
  let weight = 1;
  let backup = false;
  for (const { text, origin: place } of parameters) {
    const [, name = "", value] = /^([^=]*)(?:=(.*))?$/s.exec(text)!;
    if (name === "weight" && /^\d{1,5}$/.test(value ?? "")) {
      weight = Number(value);
    } else if (name === "backup" && value === undefined) backup = true;
    else if (name === "down" && value === undefined) weight = 0;
    else {
      const why = PARAMETERS[name];
      if (why === undefined) {
        problems.add(place, `Invalid parameter ${quoted(text)}`);
      } else say(place, `${quoted(text)} has no equivalent: ${why}`);
    }
  }
  return target.ok ? { addr: target.addr, weight, backup } : null;
}

const PARAMETERS: Readonly<Record<string, string>> = {
  max_fails: "a target is skipped after three dials in a row that failed",
  fail_timeout: "a target that failed is tried again after 5 seconds",
  max_conns: "targets have no limit of connections",
  slow_start: "a target that is up again gets its whole share",
  resolve: "names are resolved for each connection anyway",
  service: 'use a target "srv:NAME"',
};

function balanceOf(block: Block, say: Say): string | null {
  let balance: string | null = null;
  if (block.one("least_conn")) balance = "least_connections";
  const random = block.one("random");
  if (random) balance = "random";
  const time = block.one("least_time");
  if (time) {
    balance = "least_connections";
    say(
      time.origin,
      '"least_time" has no equivalent: least_connections is used',
    );
  }
  const hash = block.one("hash");
  if (hash === undefined) return balance;
  const key = hash.args[0]?.text ?? "";
  if (
    /^\$(?:binary_)?(?:remote|realip_remote|proxy_protocol)_addr$/.test(key)
  ) {
    if (hash.args[1]?.text !== "consistent") {
      say(
        hash.origin,
        "source_hash chooses other targets than nginx does, and moves few clients when a target is added",
      );
    }
    return "source_hash";
  }
  say(
    hash.origin,
    `"hash" of ${quoted(key)} has no equivalent: round_robin is used`,
  );
  return null;
}

/** The name of an upstream as nginx compares it. */
export function upstreamKey(name: string): string {
  return name.toLowerCase();
}

/** Where a text leads to: an upstream of that name, or an address. */
export function resolveTarget(
  text: string,
  upstreams: ReadonlyMap<string, Targets>,
): { readonly ok: true; readonly targets: Targets } | {
  readonly ok: false;
  readonly problem: string;
} {
  const upstream = upstreams.get(upstreamKey(text));
  if (upstream !== undefined) return { ok: true, targets: upstream };
  const target = readTarget(text);
  return target.ok ? { ok: true, targets: { to_addr: target.addr } } : target;
}
