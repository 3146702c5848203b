/**
 * Whether the target of a connection answers: one of a list that does not is left
 * alone for a while, as one that cannot be dialled is.
 *
 * What a client sends may be such that a sound target says nothing. So silence
 * counts against a target only where the protocol demands an answer, and only if
 * the target has answered nobody else meanwhile.
 *
 * @module
 */
import type { ForwardPlan } from "../config/plan.ts";
import type { Deadline } from "../net/deadlines.ts";
import type { DialOutcome } from "../upstream/dial_outcome.ts";
import type { Flow } from "./flow.ts";
import type { LastAnswer } from "./flow_group.ts";

/** Protocols of which a server answers each client's first message. */
const ANSWERING: ReadonlySet<string> = new Set([
  "DNS",
  "DTLS",
  "IKE",
  "KERBEROS",
  "LDAP",
  "NTP",
  "QUIC",
  "RAKNET",
  "SIP",
  "STUN",
  "TFTP",
]);

const ANSWERED: DialOutcome = { kind: "reached", what: "flow" };
const SILENT: DialOutcome = {
  kind: "failed",
  code: "ETIMEDOUT",
  why: "no answer",
  what: "flow",
};
const UNKNOWN: DialOutcome = { kind: "unknown" };

/** Waits for the first answer to a connection. */
export class AnswerWatch {
  readonly #last: LastAnswer;
  readonly #tell: (outcome: DialOutcome) => void;
  readonly #begun: number;
  /** `null`: it was told how it went. */
  #deadline: Deadline | null;

  private constructor(flow: Flow, route: ForwardPlan, last: LastAnswer) {
    const { group, context: { targets, shared: { deadlines } } } = flow;
    const pick = group.pick!;
    this.#last = last;
    this.#begun = deadlines.tick;
    this.#tell = (outcome) => targets.flows.answered(route, pick, outcome);
    this.#deadline = deadlines.set(
      route.connectTimeoutMs,
      () => this.over(true),
    );
  }

  /**
   * Begins, once a target was chosen for a connection, if there are others and it
   * has to answer.
   */
  static begin(flow: Flow, route: ForwardPlan): void {
    const { group, context: { targets: { flows }, answers } } = flow;
    if (group.pick === null || !flows.hasOthers(route)) return;
    if (!ANSWERING.has(flow.protocol ?? "")) {
      // Somebody else may try it.
      if (group.pick.trial) flows.answered(route, group.pick, UNKNOWN);
      return;
    }
    const { slot } = group.pick;
    const last = answers.get(slot) ?? { tick: -1 };
    answers.set(slot, last);
    group.watch = new AnswerWatch(flow, route, last);
  }

  /** The target has sent something. @param tick When. */
  heard(tick: number): void {
    this.#last.tick = tick;
    if (this.#deadline !== null) this.#done(ANSWERED);
  }

  /**
   * No answer is waited for any more. Idempotent.
   *
   * @param isLate Whether there was time enough for one.
   */
  over(isLate: boolean): void {
    if (this.#deadline === null) return;
    const isSilent = isLate && this.#last.tick < this.#begun;
    this.#done(isSilent ? SILENT : UNKNOWN);
  }

  #done(outcome: DialOutcome): void {
    this.#deadline!.cancel();
    this.#deadline = null;
    this.#tell(outcome);
  }
}
