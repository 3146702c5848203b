/**
 * The config's limits: how many connections, and from where.
 *
 * @module
 */
import { type Cidr, CidrSet, parseCidr } from "../address/cidr.ts";
import { type Diagnostic, quoted } from "./diagnostics.ts";
import type { LimitsPlan } from "./plan.ts";
import { type JsonNode, property, spanOf } from "./source.ts";

/** Numbers by their names in the config and in the Plan. */
const NUMBERS = [
  ["max_connections", "maxConnections"],
  ["max_connections_per_ip", "maxConnectionsPerIp"],
  ["max_new_per_second_per_ip", "maxNewPerSecondPerIp"],
] as const;

/** Reads the limits of `options` or `defaults`. */
export function limitSettings(
  node: JsonNode | undefined,
  inherited: LimitsPlan,
  found: Diagnostic[],
): LimitsPlan {
  const own: { -readonly [Name in keyof LimitsPlan]: LimitsPlan[Name] } = {};
  for (const [field, name] of NUMBERS) {
    const value = property(node, field)?.value;
    if (value?.type === "number") own[name] = value.value as number;
  }
  for (const name of ["allow", "deny"] as const) {
    const blocks = readBlocks(node, name, found);
    if (blocks !== null) own[name] = blocks.map(({ text }) => text);
  }
  const limits = { ...inherited, ...own };
  warnOfUnreachable(node, limits, found);
  return limits;
}

/** The blocks of a list that are good; `null` when there is no list. */
function readBlocks(
  node: JsonNode | undefined,
  name: "allow" | "deny",
  found: Diagnostic[],
): Cidr[] | null {
  const list = property(node, name)?.value;
  if (list?.type !== "array") return null;
  const items = list.children ?? [];
  if (name === "allow" && items.length === 0) {
    found.push({
      severity: "error",
      message: '"allow" is empty: no client could connect',
      span: spanOf(list),
    });
  }
  return items.flatMap((item) => {
    if (item.type !== "string") return [];
    const parsed = parseCidr(item.value as string);
    if (parsed.ok) return [parsed.cidr];
    const guess = parsed.suggestion === undefined
      ? ""
      : ` (did you mean ${quoted(parsed.suggestion)}?)`;
    found.push({
      severity: "error",
      message: `Invalid address ${
        quoted(item.value)
      } in "${name}": ${parsed.problem}, expected one such as "10.0.0.0/8", "2001:db8::/32" or "192.0.2.7"${guess}`,
      span: spanOf(item),
    });
    return [];
  });
}

/** Warns of limits that others leave nothing to do. */
function warnOfUnreachable(
  node: JsonNode | undefined,
  limits: LimitsPlan,
  found: Diagnostic[],
): void {
  const perIp = property(node, "max_connections_per_ip")?.value;
  const { maxConnections = Infinity, maxConnectionsPerIp = 0 } = limits;
  if (perIp !== undefined && maxConnectionsPerIp > maxConnections) {
    found.push({
      severity: "warning",
      message:
        `"max_connections_per_ip" of ${maxConnectionsPerIp} is never reached: "max_connections" is ${maxConnections}`,
      span: spanOf(perIp),
    });
  }
  for (const item of property(node, "allow")?.value.children ?? []) {
    const parsed = parseCidr(String(item.value));
    const denied = parsed.ok
      ? limits.deny?.find((block) => covers(block, parsed.cidr))
      : undefined;
    if (denied === undefined) continue;
    found.push({
      severity: "warning",
      message: `${
        quoted(item.value)
      } in "allow" has no effect: "deny" has "${denied}"`,
      span: spanOf(item),
    });
  }
}

/** Whether a block, in its canonical spelling, holds all of another. */
function covers(block: string, { network, prefix }: Cidr): boolean {
  return Number(block.slice(block.indexOf("/") + 1)) <= prefix &&
    new CidrSet([block]).has(network);
}
