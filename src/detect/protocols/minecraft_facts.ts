/**
 * What a Minecraft client says in each of its hellos.
 *
 * @module
 */
import { checkAuthority } from "../authority.ts";
import type { FactValue, Verdict } from "../detector.ts";
import { malformed, match } from "../detector.ts";
import { normalizeHost } from "../host.ts";

/** What stood in a hello. */
export interface MinecraftHello {
  /** The address as it was sent, with what mods and proxies put behind it. */
  readonly address?: string;
  /** The protocol version. */
  readonly version?: number;
  /** What the client wants: `status`, `login`, `transfer`. */
  readonly nextState: string;
}

/**
 * Makes the facts of a hello.
 *
 * An address is optional on the wire: a scanner leaves it empty.
 */
export function matchMinecraft(hello: MinecraftHello): Verdict {
  const facts: Record<string, FactValue> = { next_state: hello.nextState };
  if (hello.version !== undefined) facts.version = String(hello.version);
  const typed = (hello.address ?? "").split(/\0|\/\/\//, 1)[0]!;
  if (typed !== "") {
    const problem = checkAuthority(typed);
    if (problem !== null) return malformed(`the address ${problem}`);
    facts.host = normalizeHost(typed);
  }
  return match(facts);
}
