/**
 * Targets that are named by what the client asks for.
 *
 * @module
 */
import { whyNotPublic } from "../address/not_public.ts";
import { formatHostPort } from "../config/address.ts";
import type { TargetPlan } from "../config/plan.ts";
import type { DynamicTargetPlace } from "../config/target_places.ts";
import { targetText } from "../config/targets.ts";
import type { Facts } from "../detect/detector.ts";
import { checkHostName, isIpLiteral } from "../detect/host.ts";
import { PassthruError } from "../errors.ts";

/** A last label that makes resolvers take the name for an IPv4 address. */
const NUMERIC_END = /(?:^|\.)(?:\d+|0x[\da-f]*)$/;

/** A target for reports: what the client named, where that is a good name. */
export function dialledText(target: TargetPlan, facts: Facts): string {
  if (target.kind !== "dynamic") return targetText(target);
  const name = facts[target.fact];
  return whyNoName(target, name) === null
    ? formatHostPort(String(name), target.port)
    : target.text;
}

/**
 * The name to dial. The rule has matched it already; that it is a name below the
 * rule's wildcard, and no address, is looked at here all the same, since nothing
 * else keeps a client from any target it likes.
 *
 * @throws {PassthruError} `bad_name`: the client named nothing that is dialled.
 */
export function nameOf(target: DynamicTargetPlace, facts: Facts): string {
  const name = facts[target.fact];
  const why = whyNoName(target, name);
  if (why === null) return name as string;
  throw new PassthruError(why, { code: "bad_name", source: "client" });
}

/**
 * Looks at the address that a name has led to, before a byte is sent there.
 *
 * @throws {PassthruError} `not_public`: it is in somebody's own network.
 */
export function checkPublic(
  { allowPrivate }: DynamicTargetPlace,
  { remoteAddr }: Pick<Deno.Conn, "remoteAddr">,
): void {
  if (allowPrivate) return;
  const address = "hostname" in remoteAddr ? remoteAddr.hostname : "";
  const why = whyNotPublic(address);
  if (why === null) return;
  throw new PassthruError(
    `it leads to ${address}, ${why}, and there is no "allow_private"`,
    { code: "not_public", source: "target" },
  );
}

function whyNoName(
  { fact, under }: DynamicTargetPlace,
  name: Facts[string] | undefined,
): string | null {
  if (typeof name !== "string") return `the client sent no ${fact}`;
  if (isIpLiteral(name) || NUMERIC_END.test(name)) {
    return `the ${fact} "${name}" is an IP address, not a name`;
  }
  const problem = checkHostName(name);
  if (problem !== null) return `the ${fact} ${problem}`;
  return name.endsWith(under) && name.length > under.length
    ? null
    : `the ${fact} "${name}" is not below "${under.slice(1)}"`;
}
