/**
 * An explanation as plain data, for programs.
 *
 * @module
 */
import { targetList } from "../config/targets.ts";
import type { Facts, FactValue } from "../detect/detector.ts";
import { escapeUnprintable } from "../observe/log.ts";
import type { ExplainedVerdict, Explanation } from "./explanation.ts";

/** What a detector said. */
export interface VerdictRecord {
  readonly detector: string;
  readonly verdict: "no" | "more" | "match" | "malformed";
  /** Offset of the byte that decided, from 0; `null`: only the end did. */
  readonly offset: number | null;
  /** That byte: `0x16`. */
  readonly byte: string | null;
  /**
   * Of a UDP flow: place of the datagram that decided, from 0; `null`: only the
   * end did.
   */
  readonly datagram?: number | null;
  /** Of a match. */
  readonly facts?: Facts;
  /** Of what is malformed. */
  readonly why?: string;
  /** There when it would say so, but is not asked: another one has matched. */
  readonly counts?: false;
}

/** A connection and where it goes. The names are a contract. */
export interface ExplanationRecord {
  readonly id: string;
  readonly client?: string;
  readonly server?: string;
  readonly bytes: number;
  /** Of a UDP flow, in order of arrival. */
  readonly datagrams?: readonly DatagramRecord[];
  /** `null`: nothing matches. */
  readonly protocol: string | null;
  readonly facts: Facts;
  readonly verdicts: readonly VerdictRecord[];
  /** The detectors that said so and count. */
  readonly malformed: readonly string[];
  /** `null`: no rule, or no config. */
  readonly rule: string | null;
  /** All of an upstream, with commas. `null`: none, or the rule rejects. */
  readonly target: string | null;
  /** The rules that did not win. */
  readonly lost: readonly LostRecord[];
  readonly notes: readonly string[];
}

/** A datagram of a client. */
export interface DatagramRecord {
  readonly bytes: number;
  /** The pieces of QUIC's ClientHello: place and length of each. */
  readonly pieces: readonly (readonly [offset: number, length: number])[];
}

/** A rule that did not win: `found` is there when a condition failed. */
export interface LostRecord {
  readonly rule: string;
  readonly word?: string;
  readonly wanted?: string;
  readonly negated?: true;
  readonly found?: FactValue | null;
}

/** An explanation as one line of JSON, with its line end. */
export function toJsonLine(explanation: Explanation): string {
  return escapeUnprintable(JSON.stringify(toRecord(explanation))) + "\n";
}

/** An explanation as plain data. */
export function toRecord(explanation: Explanation): ExplanationRecord {
  const { flow, bytes, protocol, facts, decision, notes } = explanation;
  const datagrams = explanation.datagrams?.map((datagram): DatagramRecord => ({
    bytes: datagram.bytes,
    pieces: datagram.pieces.map(({ offset, length }) => [offset, length]),
  }));
  const { client, server } = flow;
  const choice = decision?.choice ?? null;
  return {
    id: flow.id,
    ...(client === undefined ? {} : { client }),
    ...(server === undefined ? {} : { server }),
    bytes,
    ...(datagrams === undefined ? {} : { datagrams }),
    protocol,
    facts,
    verdicts: explanation.verdicts.map(verdictRecord),
    malformed: explanation.verdicts
      .filter(({ verdict, counts }) => counts && verdict.kind === "malformed")
      .map(({ detector }) => detector),
    rule: choice?.rule ?? null,
    target: choice?.route.action === "FORWARD"
      ? targetList(choice.route).join(", ")
      : null,
    lost: decision?.lost.map(({ rule, failed }) => ({ rule, ...failed })) ?? [],
    notes,
  };
}

function verdictRecord(
  { detector, verdict, offset, byte, datagram, counts }: ExplainedVerdict,
): VerdictRecord {
  return {
    detector,
    verdict: verdict.kind,
    offset,
    byte: byte === null ? null : formatByte(byte),
    ...(datagram === undefined ? {} : { datagram }),
    ...(verdict.kind === "match" ? { facts: verdict.facts } : {}),
    ...(verdict.kind === "malformed" ? { why: verdict.why } : {}),
    ...(counts ? {} : { counts }),
  };
}

/** A byte as people write it: `0x16`. */
export function formatByte(byte: number): string {
  return `0x${byte.toString(16).padStart(2, "0")}`;
}
