/**
 * From the bytes so far to a route.
 *
 * @module
 */
import type { Facts, Reply } from "../detect/detector.ts";
import { Identifier } from "../detect/identify.ts";
import type { CloseReason } from "../errors.ts";
import type { PeekMoment } from "../net/peek.ts";
import type { ByteSink } from "../net/pipe.ts";
import { Connection } from "../rule/connection.ts";
import type { Seen } from "./answers/answer.ts";
import type { ClientOrigin } from "./client_origin.ts";
import { Replies } from "./replies.ts";
import type { Choice } from "./choice.ts";
import type { Router, SilentRoute } from "./router.ts";

/** What peeking came to. */
export interface Outcome {
  /** The detector that matched, or `SILENT`; `null`: none did. */
  readonly protocol: string | null;
  readonly facts: Facts;
  /** The route, with its rule; `null`: there is none. */
  readonly choice: Choice | null;
  /** Why a connection without a choice is closed. */
  readonly otherwise: CloseReason;
}

/** What {@linkcode RouteDecision} needs. */
export interface DecisionOptions {
  readonly router: Router;
  /** Who is given what it waits for before it says more. */
  readonly client: Pick<ByteSink, "write">;
  /** Who that is, asked once a protocol is identified. */
  readonly origin: Pick<ClientOrigin, "address">;
  /** When it was accepted, in milliseconds since the epoch. */
  readonly acceptedAt: number;
}

const NO_FACTS: Facts = Object.freeze({});

/** What is decided about a connection that nothing is known of yet. */
export const UNDECIDED: Outcome = Object.freeze({
  protocol: null,
  facts: NO_FACTS,
  choice: null,
  otherwise: "no_route",
});

/** What is decided about a client that has left without a byte. */
const LEFT: Outcome = Object.freeze({ ...UNDECIDED, otherwise: "client_eof" });

/** Identifies one connection and chooses its route. */
export class RouteDecision implements Disposable {
  readonly #options: DecisionOptions;
  readonly #identifier: Identifier;
  /** Made when the first one is given: most clients wait for nothing. */
  #replies: Replies | null = null;

  constructor(options: DecisionOptions) {
    this.#options = options;
    this.#identifier = new Identifier(options.router.candidates);
  }

  /** What the client was told; `null`: nothing. */
  get replies(): Replies | null {
    return this.#replies?.given.length ? this.#replies : null;
  }

  /**
   * Looks at the bytes so far.
   *
   * @param view All bytes of the client.
   * @param moment Why no more will come; `silence`: none has come for a while.
   * @returns `null`: to be asked again with more bytes; not when no more will
   * come.
   */
  look(view: Uint8Array, moment: PeekMoment | null): Outcome | null {
    const { atOnce } = this.#options.router;
    if (atOnce !== null) return outcomeOf(atOnce);
    if (view.length === 0) return moment && this.#nothingSent(moment);
    if (moment === "silence") return null;
    this.#replies?.notQuiet();
    const { router, origin, acceptedAt } = this.#options;
    const found = this.#identifier.look(view, moment !== null);
    if (found.kind === "undecided") {
      if (found.reply) this.#reply(view.length, found.reply);
      return null;
    }
    if (found.kind === "unidentified") {
      return {
        protocol: null,
        facts: NO_FACTS,
        choice: router.catchall,
        otherwise: moment === "deadline" ? "detect_timeout" : "no_route",
      };
    }
    return {
      protocol: router.candidates[found.index]!.detector.name,
      facts: found.facts,
      choice: router.route(
        found.index,
        found.facts,
        new Connection(origin.address, acceptedAt),
      ),
      otherwise: "no_route",
    };
  }

  /** Nothing more is looked at, and no reply is given any more. */
  [Symbol.dispose](): void {
    this.#replies?.notQuiet();
  }

  /** What the detectors saw, for whoever answers the client. */
  get seen(): Pick<Seen, "candidates" | "verdicts"> {
    const { candidates } = this.#options.router;
    return { candidates, verdicts: this.#identifier.verdicts };
  }

  /** What each detector said, in words. */
  get verdicts(): string[] {
    return this.#identifier.verdicts.flatMap((verdict, index) => {
      if (verdict === undefined) return [];
      const { name } = this.#options.router.candidates[index]!.detector;
      return verdict.kind === "malformed"
        ? [`${name}: malformed, ${verdict.why}`]
        : [`${name}: ${verdict.kind}`];
    });
  }

  #reply(length: number, reply: Reply): void {
    this.#replies ??= new Replies(this.#options.client);
    this.#replies.give(length, reply);
  }

  #nothingSent(moment: PeekMoment): Outcome {
    if (moment === "eof") return LEFT;
    return outcomeOf(this.#options.router.routeSilent());
  }
}

/** The outcome of a client that has sent nothing, or need not. */
function outcomeOf(route: SilentRoute): Outcome {
  return { ...route, facts: NO_FACTS, otherwise: "detect_timeout" };
}
