/**
 * From the first datagrams of a flow to a route.
 *
 * @module
 */
import type { Datagrams, Facts } from "../detect/detector.ts";
import { Identifier } from "../detect/identify.ts";
import type { CloseReason } from "../errors.ts";
import type { Choice } from "../proxy/choice.ts";
import type { Router } from "../proxy/router.ts";
import { Connection } from "../rule/connection.ts";

/** What a flow is, and where it goes. */
export interface FlowOutcome {
  /** The detector that matched; `null`: none did. */
  readonly protocol: string | null;
  readonly facts: Facts;
  /** The route, with its rule; `null`: there is none. */
  readonly choice: Choice | null;
  /** Why a flow without a choice is ended. */
  readonly otherwise: CloseReason;
}

/** Why no datagram is waited for any more. */
export type HeldEnd = "full" | "deadline";

/** What {@linkcode FlowDecision} needs. */
export interface FlowDecisionOptions {
  readonly router: Router<Datagrams>;
  /** The client's IP address. */
  readonly client: string;
  /** When its first datagram came, in milliseconds since the epoch. */
  readonly acceptedAt: number;
}

const NO_FACTS: Facts = Object.freeze({});

/** Identifies one flow and chooses its route. */
export class FlowDecision {
  readonly #options: FlowDecisionOptions;
  readonly #identifier: Identifier<Datagrams>;

  constructor(options: FlowDecisionOptions) {
    this.#options = options;
    this.#identifier = new Identifier(options.router.candidates);
  }

  /**
   * Looks at the datagrams so far.
   *
   * @param end Why no more will be waited for, `null` when they may come.
   * @returns `null`: to be asked again with more of them.
   */
  look(datagrams: Datagrams, end: HeldEnd | null): FlowOutcome | null {
    const { router, client, acceptedAt } = this.#options;
    const found = this.#identifier.look(datagrams, end !== null);
    if (found.kind === "undecided") return null;
    if (found.kind === "unidentified") {
      return {
        protocol: null,
        facts: NO_FACTS,
        choice: router.catchall,
        otherwise: end === "deadline" ? "detect_timeout" : "no_route",
      };
    }
    const { index, facts } = found;
    return {
      protocol: router.candidates[index]!.detector.name,
      facts,
      choice: router.route(index, facts, new Connection(client, acceptedAt)),
      otherwise: "no_route",
    };
  }

  /** What each detector said, in words. */
  get verdicts(): string[] {
    const { candidates } = this.#options.router;
    return this.#identifier.verdicts.flatMap((verdict, index) => {
      if (verdict === undefined) return [];
      const { name } = candidates[index]!.detector;
      return verdict.kind === "malformed"
        ? [`${name}: malformed, ${verdict.why}`]
        : [`${name}: ${verdict.kind}`];
    });
  }
}

/** What a client's single datagram is routed to; `null`: to nothing. */
export function choiceFor(
  datagram: Uint8Array,
  client: string,
  router: Router<Datagrams>,
): Choice | null {
  const decision = new FlowDecision({ router, client, acceptedAt: Date.now() });
  return decision.look([datagram], "full")?.choice ?? null;
}

/** Whether it is a client of a version of QUIC that no rule asks for. */
export function takesNoVersion({ facts, choice }: FlowOutcome): boolean {
  if (facts.unread !== true) return false;
  return choice === null ||
    choice.route.action === "REJECT" && choice.rule.endsWith("/CATCHALL");
}
