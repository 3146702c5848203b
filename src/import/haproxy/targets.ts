/**
 * Servers of HAProxy as targets of an action.
 *
 * @module
 */
import type { Json } from "../entry.ts";
import { type Origin, quoted } from "../origin.ts";
import { durationText } from "../ordered/duration_text.ts";
import { serverAddress } from "./hosts.ts";
import type { Server, ServerParams } from "./servers.ts";

/** A target of a list. */
export interface Target {
  readonly addr: string;
  readonly weight: number;
  readonly backup: boolean;
  /** What it was made from. */
  readonly params: ServerParams;
}

/** What is told of servers that are no targets. */
export interface TargetContext {
  /** The port that clients connect to. */
  readonly port: number | null;
  note(origin: Origin, text: string): void;
}

/** What HAProxy has where nothing is said. */
const CHECK = { inter: 2000, fall: 3, rise: 2 };

/** The targets that servers are; one that is there twice counts twice. */
export function targetsOf(
  servers: readonly Server[],
  context: TargetContext,
): Target[] {
  const targets = new Map<string, Target>();
  let header: string | undefined;
  for (const server of servers) {
    const target = targetOf(server, context);
    if (target === null) continue;
    if (targets.size === 0) header = target.params.sendProxy;
    else if (target.params.sendProxy !== header) {
      context.note(
        server.origin,
        `Server ${
          quoted(server.name.text)
        } is left out: the targets of a list all get a PROXY header of one version, or none`,
      );
      continue;
    }
    const known = targets.get(target.addr);
    targets.set(
      target.addr,
      known === undefined
        ? target
        : { ...known, weight: known.weight + target.weight },
    );
  }
  return [...targets.values()];
}

function targetOf(
  { name, address, params }: Server,
  { port, note }: TargetContext,
): Target | null {
  const leftOut = (origin: Origin, why: string) => {
    note(origin, `Server ${quoted(name.text)} is left out: ${why}`);
    return null;
  };
  if (params.disabled !== undefined) {
    return leftOut(params.disabled, "it is disabled");
  }
  if (params.ssl !== undefined) {
    return leftOut(
      params.ssl,
      '"ssl" encrypts what is sent to it, which passthru does not do',
    );
  }
  if (address.variables.length > 0) {
    return leftOut(
      address.origin,
      `its address depends on ${
        address.variables.join(", ")
      } in the environment of HAProxy`,
    );
  }
  const found = serverAddress(address.text, port);
  if (typeof found === "string") {
    return leftOut(address.origin, `${quoted(address.text)}: ${found}`);
  }
  const { weight = 1, backup = false } = params;
  return { addr: found.target, weight, backup, params };
}

/** `to_addr` and what goes with it. */
export function upstreamFields(
  targets: readonly Target[],
  { balance, checkTimeout }: {
    readonly balance: string | null;
    readonly checkTimeout: number | null;
  },
): Record<string, Json> {
  const isOne = targets.length === 1;
  const list = targets.map(({ addr, weight, backup }) =>
    weight === 1 && !backup || isOne && weight > 0 ? addr : {
      addr,
      ...weight === 1 ? {} : { weight },
      ...backup ? { backup } : {},
    }
  );
  return {
    to_addr: isOne && typeof list[0] === "string" ? list[0] : list,
    ...sharedFields(targets.map(({ params }) => params), {
      balance: isOne ? null : balance,
      checkTimeout,
    }),
  };
}

/** What servers say that holds for a list of targets. */
export function sharedFields(
  servers: readonly ServerParams[],
  { balance, checkTimeout }: {
    readonly balance: string | null;
    readonly checkTimeout: number | null;
  },
): Record<string, Json> {
  const checked = servers.find(({ check }) => check === true);
  const header = servers[0]?.sendProxy;
  return {
    ...balance === null ? {} : { balance },
    ...checked === undefined ? {} : { health: healthOf(checked, checkTimeout) },
    ...header === undefined ? {} : { send_proxy: header },
  };
}

function healthOf(
  { inter = CHECK.inter, fall = CHECK.fall, rise = CHECK.rise }: ServerParams,
  timeout: number | null,
): Json {
  return {
    interval: durationText(inter),
    timeout: durationText(timeout ?? inter),
    fall,
    rise,
  };
}

/** What of the checks of servers is not said by one `health`. */
export function checkNotes(
  servers: readonly Server[],
  { note }: Pick<TargetContext, "note">,
): void {
  const [first] = servers.filter(({ params }) => params.check === true);
  if (first === undefined) return;
  for (const { name, params, origin } of servers) {
    const same = params.check === true && params.inter === first.params.inter &&
      params.fall === first.params.fall && params.rise === first.params.rise;
    if (!same) {
      note(
        origin,
        `Server ${quoted(name.text)} is checked as ${
          quoted(first.name.text)
        }: all targets of a list are checked alike`,
      );
    }
  }
}
