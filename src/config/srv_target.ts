/**
 * `srv:` targets: a service whose targets DNS tells (RFC 2782), and what they
 * may be.
 *
 * @module
 */
import { type Diagnostic, quoted } from "./diagnostics.ts";
import { type JsonNode, property, spanOf } from "./source.ts";
import type { SrvTargetPlace } from "./target_places.ts";
import { isHostName, parseWithin } from "./within.ts";

/** What a target that DNS tells is written with. */
const SRV_PREFIX = "srv:";
/** The form of one, for messages. */
const EXAMPLE = '"srv:_https._tcp.app.service.consul"';

/** Whether a `to_addr` names a service. */
export function isSrv(node: JsonNode | undefined): boolean {
  return typeof node?.value === "string" && node.value.startsWith(SRV_PREFIX);
}

/**
 * Reads a `srv:` target with the `within` of its action.
 *
 * @param node The text that begins with `srv:`.
 */
export function srvTarget(
  node: JsonNode,
  action: JsonNode,
  found: Diagnostic[],
): SrvTargetPlace {
  const text = node.value as string;
  const name = text.slice(SRV_PREFIX.length).toLowerCase().replace(/\.$/, "");
  const problem = nameProblem(name);
  if (problem !== null) {
    error(
      node,
      `Invalid target ${
        quoted(text)
      }: ${problem}, expected the name of an SRV record such as ${EXAMPLE}`,
      found,
    );
  }
  if (property(action, "to_addr")?.value !== node) {
    error(
      node,
      `Target "${text}" cannot be in a list: its answers have weights and priorities of their own`,
      found,
    );
  }
  return { kind: "srv", text, name, within: withinOf(action, node, found) };
}

/** Reports a `within` where nothing is found by DNS. */
export function checkWithin(action: JsonNode, found: Diagnostic[]): void {
  const field = property(action, "within");
  const to = property(action, "to_addr")?.value;
  if (field === undefined || isSrv(to)) return;
  if (to?.type === "array" && to.children?.some(isSrvEntry)) return;
  error(
    field.key,
    '"within" goes only with a "srv:" target: other targets have no DNS answer to limit',
    found,
  );
}

function isSrvEntry(node: JsonNode): boolean {
  return isSrv(node.type === "object" ? property(node, "addr")?.value : node);
}

function nameProblem(name: string): string | null {
  if (name === "") return "the name is missing";
  if (name.includes(":")) return "the port comes from the answer";
  return isHostName(name) ? null : `"${name}" is not a name`;
}

function withinOf(
  action: JsonNode,
  target: JsonNode,
  found: Diagnostic[],
): string[] {
  const field = property(action, "within");
  if (field === undefined) {
    error(
      target,
      'Missing field "within": a "srv:" target needs the targets that its answers may name, such as ["*.service.consul", "10.0.0.0/8"]',
      found,
    );
  }
  const entries = field?.value.type === "array"
    ? field.value.children ?? []
    : [];
  return entries.flatMap((node) => {
    if (typeof node.value !== "string") return [];
    const parsed = parseWithin(node.value);
    if (parsed.ok) return [parsed.entry.scope];
    const guess = parsed.suggestion === undefined
      ? ""
      : ` (did you mean "${parsed.suggestion}"?)`;
    error(
      node,
      `Invalid entry of "within" ${
        quoted(node.value)
      }: ${parsed.problem}, expected a name such as "*.service.consul", a block such as "10.0.0.0/8" or an address such as "[::1]:8080"${guess}`,
      found,
    );
    return [];
  });
}

function error(node: JsonNode, message: string, found: Diagnostic[]): void {
  found.push({ severity: "error", message, span: spanOf(node) });
}
