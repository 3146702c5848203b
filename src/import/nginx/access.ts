/**
 * nginx's `allow` and `deny` as lists of a server.
 *
 * @module
 */
import { parseCidr } from "../../address/cidr.ts";
import type { Problems } from "../importer.ts";
import { quoted } from "../origin.ts";
import type { Directive } from "./directives.ts";
import type { Say } from "./say.ts";

/** Who may connect. */
export interface Access {
  readonly allow: readonly string[];
  readonly deny: readonly string[];
  /** Whether no client may connect. */
  readonly none: boolean;
}

/**
 * Reads rules of which the first that fits decides; passthru asks `deny` first.
 *
 * @param rules `allow` and `deny`, in their order.
 */
export function accessOf(
  rules: readonly Directive[],
  { problems, say }: { readonly problems: Problems; readonly say: Say },
): Access {
  const allow: string[] = [];
  const deny: string[] = [];
  let closed: boolean | null = null;
  for (const { name, args, origin } of rules) {
    const value = args[0]?.text ?? "";
    const block = blockOf(value);
    if (args.length !== 1 || block === null) {
      problems.add(origin, `Invalid address ${quoted(value)} of "${name}"`);
    } else if (closed !== null) {
      say(origin, `"${name} ${value}" never counts: "all" stands before it`);
    } else if (block === "unix:") {
      say(
        origin,
        `"${name} unix:" has no equivalent: clients of Unix sockets have no address`,
      );
    } else if (block === "all") closed = name === "deny";
    else if (name === "deny") {
      if (allow.length > 0) {
        say(
          origin,
          `"deny ${value}" counts before each "allow" here: a client that both name is refused`,
        );
      }
      deny.push(block);
    } else allow.push(block);
  }
  // What is not denied is allowed unless all others are denied.
  return {
    allow: closed === true ? allow : [],
    deny,
    none: closed === true && allow.length === 0,
  };
}

/** A block as passthru spells it, or `all` or `unix:`; `null`: it is none. */
export function blockOf(text: string): string | null {
  if (text === "all" || text === "unix:") return text;
  const parsed = parseCidr(text);
  // nginx clears bits behind the prefix.
  return parsed.ok ? text : parsed.suggestion ?? null;
}
