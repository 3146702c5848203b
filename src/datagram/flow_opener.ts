/**
 * Giving a flow its target: choosing it, looking its name up, and opening a
 * socket towards it.
 *
 * @module
 */
import type { ForwardPlan, TargetPlan } from "../config/plan.ts";
import { targetText } from "../config/targets.ts";
import { ipBytes, ipText } from "../address/ip_address.ts";
import { errorText } from "../errors.ts";
import { checkPublic, dialledText, nameOf } from "../upstream/named_target.ts";
import { AnswerWatch } from "./answer_watch.ts";
import type { DatagramAddress } from "./address.ts";
import type { Flow } from "./flow.ts";

/** Where a flow goes, or why it goes nowhere. */
export type OpenedPlace =
  | { readonly address: DatagramAddress }
  | { readonly error: string };

/**
 * Chooses a target for a flow, and notes it for all flows of its connection.
 *
 * @returns Where it is; a promise when its name is looked up first.
 */
export function placeOf(
  flow: Flow,
  route: ForwardPlan,
): OpenedPlace | Promise<OpenedPlace> {
  const { context: { targets, shared }, group } = flow;
  if (group.target !== null) return { address: group.target };
  const pick = targets.flows.choose(route, flow.ip);
  if (typeof pick === "string") return { error: pick };
  group.pick = pick;
  group.targets = targets.flows;
  AnswerWatch.begin(flow, route);
  const { facts } = group.outcome!;
  group.targetText = dialledText(pick.target, facts);
  try {
    const known = ipAddressOf(pick.target);
    if (known !== null) return reached(flow, known);
    const named = addressOf(pick.target, flow);
    const looking = shared.resolve(named.hostname);
    return looking.then(
      (hostname) => publicOnly(flow, { ...named, hostname }),
      (error) => failed(flow, error),
    );
  } catch (error) {
    return failed(flow, error);
  }
}

/** Addresses of targets, as the runtime spells them; `null`: it is a name. */
const known = new WeakMap<TargetPlan, DatagramAddress | null>();

/** The address of a target that has one; `null`: its name is looked up. */
function ipAddressOf(target: TargetPlan): DatagramAddress | null {
  if (target.kind !== "address") return null;
  const before = known.get(target);
  if (before !== undefined) return before;
  const { hostname, port } = target.address;
  const bytes = ipBytes(hostname);
  const address = bytes && { hostname: ipText(bytes), port };
  known.set(target, address);
  return address;
}

/** The host and the port of a target, as the config or the client names it. */
function addressOf(target: TargetPlan, flow: Flow): DatagramAddress {
  switch (target.kind) {
    case "address":
      return target.address;
    case "dynamic": {
      const hostname = nameOf(target, flow.group.outcome!.facts);
      return { hostname, port: target.port };
    }
    default:
      throw new TypeError(`${targetText(target)} takes no datagrams`);
  }
}

/** Looks at what a client's name has led to, before anything is sent there. */
function publicOnly(flow: Flow, address: DatagramAddress): OpenedPlace {
  const { target } = flow.group.pick!;
  try {
    if (target.kind === "dynamic") {
      checkPublic(target, { remoteAddr: { transport: "udp", ...address } });
    }
    return reached(flow, address);
  } catch (error) {
    return failed(flow, error);
  }
}

function reached({ group }: Flow, address: DatagramAddress): OpenedPlace {
  group.target = address;
  return { address };
}

function failed({ group }: Flow, error: unknown): OpenedPlace {
  return { error: `Cannot reach ${group.targetText}: ${errorText(error)}` };
}
