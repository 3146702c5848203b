/**
 * The option `accept_proxy`: from whom PROXY headers are taken.
 *
 * @module
 */
import { parseCidr } from "../address/cidr.ts";
import { type Diagnostic, quoted } from "./diagnostics.ts";
import type { AcceptProxyPlan } from "./plan.ts";
import { type JsonNode, property, spanOf } from "./source.ts";

/**
 * Reads `accept_proxy` of `options` or `defaults`.
 *
 * @returns `undefined` when it is not there or has not the right shape, which
 * `shape.ts` has reported then.
 */
export function acceptProxyOf(
  node: JsonNode | undefined,
  found: Diagnostic[],
): AcceptProxyPlan | undefined {
  const field = property(node, "accept_proxy")?.value;
  const list = property(field, "from")?.value;
  if (list?.type !== "array") return undefined;
  const from = (list.children ?? []).flatMap((block) =>
    block.type === "string" ? [blockOf(block, found)] : []
  );
  if (from.length === 0) return undefined;
  const required = property(field, "required")?.value;
  return { from, required: required?.value !== false };
}

/** The canonical text of a block. */
function blockOf(node: JsonNode, found: Diagnostic[]): string {
  const text = node.value as string;
  const parsed = parseCidr(text);
  if (!parsed.ok) {
    const guess = parsed.suggestion === undefined
      ? ""
      : ` (did you mean ${quoted(parsed.suggestion)}?)`;
    found.push({
      severity: "error",
      message: `Invalid block ${
        quoted(text)
      } in "from": ${parsed.problem}, expected a block such as "10.0.0.0/8", "2001:db8::/32" or "192.0.2.7"${guess}`,
      span: spanOf(node),
    });
    return text;
  }
  const { text: block, prefix } = parsed.cidr;
  if (prefix === 0) {
    found.push({
      severity: "warning",
      message:
        `"accept_proxy" accepts PROXY headers from every address in ${block}: any client can claim any address`,
      span: spanOf(node),
    });
  }
  return block;
}
