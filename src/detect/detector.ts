/**
 * The contract between passthru and a detector: bytes in, verdict out.
 *
 * A detector knows one protocol over one transport. It is a pure, total function
 * of the bytes that a client has sent so far: it never consumes, never blocks,
 * never throws, and takes time linear in the bytes. Over TCP the bytes are one
 * stream; over UDP they are the datagrams of one flow, each whole, in their
 * order of arrival. A protocol that is served over both has two detectors of the
 * same name and with the same rule words.
 *
 * @module
 */
import type { DetectorDocs } from "./detector_docs.ts";
import type { Facts } from "./facts.ts";
import type { RuleGrammar } from "./rule_grammar.ts";

export type { Facts, FactValue } from "./facts.ts";

/** The bytes rule this protocol out, and always will. */
export interface No {
  /** The discriminant. */
  readonly kind: "no";
}

/** Cannot tell yet. */
export interface More {
  /** The discriminant. */
  readonly kind: "more";
  /**
   * Length of the view from which it makes sense to ask again: in bytes over
   * TCP, in datagrams over UDP.
   */
  readonly atLeast: number;
  /**
   * The client has said all that it says until it hears this. For a view of
   * exactly this length: it is wrong as soon as one more byte is there.
   */
  readonly reply?: Reply;
  /** What the detector wants to be given back: {@linkcode DetectState.progress}. */
  readonly progress?: unknown;
}

/** What a client waits for before it says more. */
export interface Reply {
  /** What it waits for. */
  readonly bytes: Uint8Array;
  /**
   * Length of the view at the reply before this one, without which this one
   * would be taken for that; 0: this is the first.
   */
  readonly after: number;
  /** What the client asks, for people: `SSLRequest`. */
  readonly request: string;
  /**
   * What the reply promises on behalf of the target, for people: `TLS`. The
   * target is then asked the same and must reply alike. Absent: nothing is
   * promised, and the target need not hear of it.
   */
  readonly promise?: string;
  /**
   * Milliseconds without a byte of the client before the reply is given, so that
   * one that does not wait is not replied to. Default: 0, at once.
   */
  readonly quietMs?: number;
  /**
   * Makes what takes the client's acknowledgement of the reply out of its bytes.
   * Present: the target gets all else that the client sends, from the first byte
   * on. Then there must be no other reply, and no `promise`.
   */
  readonly filter?: () => ReplyFilter;
}

/**
 * Removes a client's acknowledgement of a {@linkcode Reply}, which the target
 * has not given and must not hear of. A fault in it closes the connection.
 */
export interface ReplyFilter {
  /** Whether all that follows goes to the target as it is. */
  readonly done: boolean;
  /**
   * Takes the client's next bytes, the first ones of the connection first.
   *
   * @param chunk Owned by the caller and reused.
   * @returns What the target gets; may be the chunk or a part of it.
   */
  push(chunk: Uint8Array): Uint8Array;
  /** The client has ended its side. @returns What was held back. */
  end(): Uint8Array;
}

/** It is this protocol, and always will be. */
export interface Match {
  /** The discriminant. */
  readonly kind: "match";
  /** What was learnt. */
  readonly facts: Facts;
}

/** It is this protocol but broken, so no rule of it may be trusted. */
export interface Malformed {
  /** The discriminant. */
  readonly kind: "malformed";
  /** What is wrong, for people: `SNI contains a NUL byte`. */
  readonly why: string;
}

/** What a detector says about the bytes so far. */
export type Verdict = No | More | Match | Malformed;

/**
 * What a detector is told beside the bytes. As these, it is the caller's, who
 * uses it again: a detector must not keep it.
 */
export interface DetectState {
  /**
   * No byte will follow that the decision could wait for: the client ended its
   * side, the peek buffer is full, or the deadline has passed. The last call;
   * `more` then counts as `no`.
   */
  readonly ended: boolean;
  /**
   * The facts that the rules of this protocol test. A detector that knows its
   * protocol early may match without waiting for facts that nobody asked for.
   * Absent: all facts are wanted that cost little. A costly one is learnt only
   * when it is named here.
   */
  readonly needs?: ReadonlySet<string>;
  /**
   * Whether a rule for this host tests a fact, by what was learnt of the host:
   * only then a value in doubt is malformed. Absent: as `needs` has it.
   */
  readonly isTested?: ((fact: string, learnt: Facts) => boolean) | undefined;
  /**
   * How many of the bytes (over UDP: of the datagrams) it was shown when it last
   * said `more`; absent or 0: none. A hint for where to go on, so that a dripping
   * client costs no more than a fast one: the verdict must be the same without it.
   */
  readonly seen?: number;
  /**
   * The `progress` of its last `more` about the same connection, given back once:
   * what it has worked out from what it was shown (`seen`). The detector may
   * write to it. A hint as `seen` is: the verdict must be the same without it.
   */
  readonly progress?: unknown;
}

/** How the bytes of a protocol travel. */
export type Transport = "tcp" | "udp";

/** What the detectors of every transport have. */
export interface AnyDetector<View> {
  /** Name in the config: upper-case letters, digits and `_`, a letter first. */
  readonly name: string;
  /** One line for people: what it recognises. */
  readonly summary: string;
  /** The rule words that a config may use under this protocol. */
  readonly rules: RuleGrammar;
  /**
   * The fact of connections that are for one target alone, and do not say for
   * which: a request to cancel what another connection has begun. As `true` it
   * makes such a connection go to every target that the rules leave open, from
   * none of which a byte comes back. Default: there are none such.
   */
  readonly toAll?: string;
  /** What people are told about it. Every built-in detector has it. */
  readonly docs?: DetectorDocs;
  /**
   * Says what the bytes are.
   *
   * Prefix-monotone: once it has said anything but `more` for some bytes, it
   * says the same for every continuation of them (with the same `state`).
   *
   * @param view All that the client has sent so far, from the first. Owned by the
   * caller and reused: a detector must not write to it or keep it.
   */
  detect(view: View, state: DetectState): Verdict;
}

/** Recognises one protocol by the first bytes that a client sends over TCP. */
export interface Detector extends AnyDetector<Uint8Array> {
  /** Default: `tcp`. */
  readonly transport?: "tcp";
  /** Most bytes of a connection that it can make use of. */
  readonly maxBytes: number;
}

/**
 * The datagrams of one flow so far: each whole, in their order of arrival; never
 * none. One may be empty.
 */
export type Datagrams = readonly Uint8Array[];

/**
 * Recognises one protocol by the first datagrams that a client sends.
 *
 * `more` asks for a count of datagrams. A detector that decides by the first
 * datagram says `no` or `match` at once, as nothing says that there will be
 * another one. What follows a decision is no part of the contract: which
 * datagrams belong to a flow is known to the caller.
 */
export interface DatagramDetector extends AnyDetector<Datagrams> {
  /** Tells it from a {@linkcode Detector}. */
  readonly transport: "udp";
  /**
   * Most datagrams of a flow that it can make use of: shown so many, it does not
   * say `more`.
   */
  readonly maxDatagrams: number;
}

/** The one `no`: saying it allocates nothing. */
export const NO: No = Object.freeze({ kind: "no" });

/**
 * Asks for more bytes.
 *
 * @param atLeast Length of the whole view, in bytes, to be asked again at.
 * @param reply What the client waits for, when it does.
 */
export function more(atLeast: number, reply?: Reply): More {
  return { kind: "more", atLeast, ...(reply === undefined ? {} : { reply }) };
}

/**
 * Asks for another datagram.
 *
 * @param view The datagrams so far.
 * @param progress As {@linkcode More.progress}.
 */
export function moreDatagrams(view: Datagrams, progress?: unknown): More {
  const atLeast = view.length + 1;
  return progress === undefined
    ? { kind: "more", atLeast }
    : { kind: "more", atLeast, progress };
}

/** Says that it is this protocol, with what was learnt. */
export function match(facts: Facts): Match {
  return { kind: "match", facts };
}

/** Says that it is this protocol, but broken. */
export function malformed(why: string): Malformed {
  return { kind: "malformed", why };
}

/** Whether the rules need a fact (see {@linkcode DetectState.needs}). */
export function needs(state: DetectState, fact: string): boolean {
  return state.needs === undefined || state.needs.has(fact);
}
