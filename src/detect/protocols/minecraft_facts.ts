/**
 * What a Minecraft client says in each of its hellos.
 *
 * @module
 */
import { checkAuthority } from "../authority.ts";
import type { DetectState, Verdict } from "../detector.ts";
import { malformed, match } from "../detector.ts";
import { normalizeHost } from "../host.ts";
import { certain, doubt, type Draft, learn } from "../learnt.ts";

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
export function matchMinecraft(
  hello: MinecraftHello,
  state: DetectState,
): Verdict {
  const facts: Draft = { next_state: hello.nextState };
  if (hello.version !== undefined) facts.version = String(hello.version);
  const typed = (hello.address ?? "").split(/\0|\/\/\//, 1)[0]!;
  if (typed === "") return match(facts);
  const problem = checkAuthority(typed);
  const host = problem === null
    ? certain(normalizeHost(typed))
    : doubt(`the address ${problem}`);
  const why = learn(facts, "host", host, state);
  return why === null ? match(facts) : malformed(why);
}
