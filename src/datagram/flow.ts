/**
 * One flow of datagrams: a client address, and of QUIC one connection.
 *
 * @module
 */
import { type Detection, detectionOf } from "../observe/detection.ts";
import type { Phase } from "../observe/observer.ts";
import type { Report } from "../observe/report.ts";
import { addressText, ipOf } from "../net/address_text.ts";
import type { Deadline } from "../net/deadlines.ts";
import { Admission } from "../proxy/limits/admission.ts";
import type { CloseReason } from "../errors.ts";
import type { FlowContext, OpenFlow } from "./flow_context.ts";
import {
  FlowDecision,
  type FlowOutcome,
  type HeldEnd,
} from "./flow_decision.ts";
import type { FlowGroup } from "./flow_group.ts";
import type { Standing, TableFlow } from "./flow_table.ts";
import { HeldDatagrams } from "./held_datagrams.ts";
import type { TargetLink } from "./target_link.ts";

/** How a flow ended. */
export interface FlowEnding {
  readonly reason: CloseReason;
  readonly error?: string;
  /** What its client was told. */
  readonly with?: string;
}

type Writable<T> = { -readonly [Name in keyof T]: T[Name] };

const NO_VERDICTS: readonly string[] = Object.freeze([]);
const NOTHING = new Uint8Array();

/** What is known of a flow. Its listener decides what becomes of it. */
export class Flow implements OpenFlow, TableFlow<Flow> {
  readonly id: number;
  place = 0;
  readonly key: string;
  older: Flow | null = null;
  readonly client: Deno.NetAddr;
  /** The client's IP address. */
  readonly ip: string;
  readonly context: FlowContext;
  readonly admission: Admission;
  readonly acceptedAt: number = Date.now();
  readonly held: HeldDatagrams = new HeldDatagrams();
  /** The flows of the same connection. */
  group: FlowGroup;
  phase: Phase = "peeking";
  standing: Standing = "unanswered";
  link: TargetLink | null = null;
  deadline: Deadline | null = null;
  /** When a datagram last came, either way: a tick of the deadlines. */
  lastTick = 0;
  /** The id of QUIC by which it was found last, in a short header. */
  shortId: Uint8Array | null = null;
  bytesUp = 0;
  bytesDown = 0;
  isEnded = false;
  readonly #start = performance.now();
  #decision: FlowDecision | null = null;
  #verdicts = NO_VERDICTS;
  #detectMs: number | null = null;
  #dialMs: number | null = null;
  #detection: Detection | null = null;

  constructor(
    client: Deno.NetAddr,
    context: FlowContext,
    options: { readonly key: string; readonly group: FlowGroup },
  ) {
    this.id = context.shared.nextId();
    this.client = client;
    this.ip = ipOf(client)!;
    this.context = context;
    this.key = options.key;
    this.group = options.group;
    this.admission = new Admission(context.gate);
  }

  get listener(): string {
    return this.context.plan.address.text;
  }

  /** What it is, and where it goes; `null`: not known yet. */
  get outcome(): FlowOutcome | null {
    return this.group.outcome;
  }

  /** What was identified; `null`: nothing, or not yet. */
  get protocol(): string | null {
    return this.group.outcome?.protocol ?? null;
  }

  get bytes(): { readonly up: number; readonly down: number } {
    return { up: this.bytesUp, down: this.bytesDown };
  }

  get detection(): Detection | null {
    return this.#detection;
  }

  snapshot(): Report {
    return this.report({ reason: "idle_timeout" });
  }

  /** Looks at the first datagrams. @returns `null`: more may be needed. */
  look(
    datagrams: readonly Uint8Array[],
    end: HeldEnd | null,
  ): FlowOutcome | null {
    const { router, shared: { observer } } = this.context;
    const { ip: client, acceptedAt } = this;
    this.#decision ??= new FlowDecision({ router, client, acceptedAt });
    observer.looking?.(this.id);
    try {
      const outcome = this.#decision.look(datagrams, end);
      if (outcome !== null) this.#decided(outcome, datagrams, end);
      return outcome;
    } finally {
      observer.looking?.(0);
    }
  }

  /** It follows a connection that is decided already. */
  follow(): void {
    this.#detectMs = performance.now() - this.#start;
    this.#detection = detectionOf(NOTHING, { end: null, most: 0 });
  }

  /** Its target is known, and there is a socket for it. */
  opened(link: TargetLink): void {
    this.link = link;
    this.phase = "forwarding";
    this.#dialMs = performance.now() - this.#start - (this.#detectMs ?? 0);
  }

  /** How long it took to have a target, in milliseconds. */
  get dialMs(): number {
    return this.#dialMs ?? 0;
  }

  /** Its report, if it ends so. */
  report({ reason, error, with: told }: FlowEnding): Report {
    const { outcome, targetText } = this.group;
    const report: Writable<Report> = {
      id: this.id,
      acceptedAt: this.acceptedAt,
      listener: this.context.plan.address.text,
      client: addressText(this.client),
      protocol: outcome?.protocol ?? null,
      facts: outcome?.facts ?? {},
      rule: outcome?.choice?.rule ?? null,
      target: targetText,
      bytesUp: this.bytesUp,
      bytesDown: this.bytesDown,
      detectMs: this.#detectMs,
      dialMs: this.#dialMs,
      totalMs: performance.now() - this.#start,
      reason,
      verdicts: this.#verdicts,
    };
    const name = outcome?.choice?.route.name;
    if (name !== undefined) report.name = name;
    if (error !== undefined) report.error = error;
    if (told !== undefined) report.with = told;
    return Object.freeze(report);
  }

  #decided(
    outcome: FlowOutcome,
    datagrams: readonly Uint8Array[],
    end: HeldEnd | null,
  ): void {
    this.#detectMs = performance.now() - this.#start;
    if (outcome.protocol === null) this.#verdicts = this.#decision!.verdicts;
    this.#decision = null;
    this.group.outcome = outcome;
    const { keepOpeningBytes: most = 0, closed } = this.context.shared.observer;
    if (closed === undefined) return;
    // What was decided by several is not explained by one.
    const kept = datagrams.length === 1 ? most : 0;
    this.#detection = detectionOf(datagrams[0]!, { end, most: kept });
  }
}
