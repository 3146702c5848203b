/**
 * `admin`: where the page, the metrics and the admin API are served.
 *
 * What does not have the right shape is passed over here: `shape.ts` has
 * reported it.
 *
 * @module
 */
import type { AdminPlan } from "./admin_plan.ts";
import { parseAddress } from "./address.ts";
import { type Diagnostic, quoted } from "./diagnostics.ts";
import { type JsonNode, property, spanOf } from "./source.ts";
import { isUnixText } from "./unix_address.ts";

/** How `token` begins. */
const FILE_PREFIX = "file:";
const EXAMPLE = '"127.0.0.1:9901", "[::1]:9901" or "0.0.0.0:9901"';

/**
 * Reads `admin`.
 *
 * @returns `undefined` when the config has none, or none that is good.
 */
export function adminOf(
  root: JsonNode,
  found: Diagnostic[],
): AdminPlan | undefined {
  const node = property(root, "admin")?.value;
  const listenNode = property(node, "listen")?.value;
  const tokenFile = tokenFileOf(property(node, "token")?.value, found);
  const hosts = hostsOf(property(node, "hosts")?.value, found);
  if (listenNode?.type !== "string") return undefined;
  const text = listenNode.value as string;
  const parsed = isUnixText(text)
    ? { ok: false as const, problem: "it is a Unix socket" }
    : parseAddress(text, "listen");
  if (!parsed.ok) {
    const guess = "suggestion" in parsed
      ? ` (did you mean ${quoted(parsed.suggestion)}?)`
      : "";
    const message = `Invalid admin address ${
      quoted(text)
    }: ${parsed.problem}, expected an address such as ${EXAMPLE}${guess}`;
    report(listenNode, message, found);
    return undefined;
  }
  return {
    listen: parsed.address,
    ...(tokenFile === undefined ? {} : { tokenFile }),
    hosts,
  };
}

/** The path of the token's file. A message never shows what stands there. */
function tokenFileOf(
  node: JsonNode | undefined,
  found: Diagnostic[],
): string | undefined {
  if (node?.type !== "string") return undefined;
  const text = node.value as string;
  if (!text.startsWith(FILE_PREFIX)) {
    const message =
      'Invalid value of "token": a token does not belong in the config, expected "file:PATH", the file that holds it';
    report(node, message, found);
    return undefined;
  }
  const path = text.slice(FILE_PREFIX.length);
  const problem = pathProblem(path);
  if (problem === null) return path;
  const message =
    `Invalid value of "token": ${problem}, expected the path of a file such as "file:/run/secrets/passthru"`;
  report(node, message, found);
  return undefined;
}

function pathProblem(path: string): string | null {
  if (path === "") return "the path is missing";
  if (path.startsWith("//")) return "it is a URL";
  if (/\p{Cc}/u.test(path)) return "it contains control characters";
  return path.endsWith("/") ? "it is the path of a folder" : null;
}

function hostsOf(node: JsonNode | undefined, found: Diagnostic[]): string[] {
  const entries = node?.type === "array" ? node.children ?? [] : [];
  return entries.flatMap((entry) => {
    if (entry.type !== "string") return [];
    const text = entry.value as string;
    // A name is what makes an address with a port behind it.
    const { ok } = parseAddress(`${text}:1`, "target");
    if (ok) return [text.toLowerCase().replace(/\.$/, "")];
    const message = `Invalid entry of "hosts": found ${
      quoted(text)
    }, expected a name without a port such as "passthru.example"`;
    report(entry, message, found);
    return [];
  });
}

function report(node: JsonNode, message: string, found: Diagnostic[]): void {
  found.push({ severity: "error", message, span: spanOf(node) });
}
