/** How well a peer names the flows of a corpus, as to what it claims. */
import { normalizeHost } from "../../../src/detect/host.ts";
import type { Case } from "../corpus.ts";
import { DETECTOR_OF, isFair } from "../labels.ts";
import type { Answer } from "./destinations.ts";
import type { Claims } from "./peer.ts";
import type { Question, Way } from "./questions.ts";

/** A part of a whole. */
export interface Share {
  part: number;
  whole: number;
}

/** What came of the peers' run, as it is kept. */
export interface PeerScore {
  readonly name: string;
  readonly version: string;
  /** Unambiguous flows that some dissector names. */
  labelled: number;
  /** Those of them that were given the name of another protocol. */
  wrong: number;
  /** Wrong names by the label and the name: `LDAP as MQTT`. */
  readonly confusions: Record<string, number>;
  /** Fair flows of what it claims, and those that were named so. */
  readonly recall: Record<string, Share>;
  /** Names of servers, of the fair flows of TLS. */
  readonly sni?: Share;
  /** Hosts, of the fair flows of HTTP. */
  readonly host?: Share;
  /** What came of openings in several ways: named, and the exact name. */
  readonly ways: Partial<Record<Way, { named: Share; exact?: Share }>>;
}

/** A question, and what a peer said. */
export interface Asked extends Question {
  readonly answer: Answer;
}

/** The row of a flow; labels without a detector are rows of their own. */
export function rowOf({ expect: { protocol } }: Case): string | null {
  if (protocol === null) return null;
  return DETECTOR_OF[protocol] ?? protocol;
}

/** The name that a flow asks for, as it is compared; `null`: none. */
export function wantedName({ expect }: Case): string | null {
  const { sni, http_host: host } = expect;
  const name = expect.protocol === "TLS" ? sni : host;
  return name ? normalizeHost(name) : null;
}

/** Scores what a peer said. */
export function scorePeer(
  peer: Pick<PeerScore, "name" | "version">,
  claims: Claims,
  asked: readonly Asked[],
): PeerScore {
  const score: PeerScore = {
    ...peer,
    labelled: 0,
    wrong: 0,
    confusions: {},
    recall: {},
    ...(claims.sni ? { sni: { part: 0, whole: 0 } } : {}),
    ...(claims.host ? { host: { part: 0, whole: 0 } } : {}),
    ways: {},
  };
  for (const one of asked) {
    if (one.way === "captured") count(score, claims, one);
    else countWay(score, claims, one);
  }
  return score;
}

function count(score: PeerScore, claims: Claims, { flow, answer }: Asked) {
  const row = rowOf(flow);
  if (row === null) return;
  score.labelled++;
  const right = isRight(flow, answer, claims);
  if (answer.protocol !== null && !right) {
    score.wrong++;
    const key = `${flow.expect.protocol} as ${answer.protocol}`;
    score.confusions[key] = (score.confusions[key] ?? 0) + 1;
  }
  if (!isFair(flow)) return;
  const claimed = claimedRow(flow, claims);
  if (claimed !== null) {
    add(score.recall[row] ??= { part: 0, whole: 0 }, right);
  }
  const names = row === "TLS" ? score.sni : row === "HTTP" ? score.host : null;
  if (names && hasName(flow)) add(names, isExact(flow, answer, claims));
}

function countWay(
  score: PeerScore,
  claims: Claims,
  { flow, way, answer }: Asked,
): void {
  const isTls = rowOf(flow) === "TLS";
  const named = claimedRow(flow, claims) !== null;
  const exact = isTls ? claims.sni : claims.host;
  if (!named && !exact) return;
  const found = score.ways[way] ??= {
    named: { part: 0, whole: 0 },
    ...(exact ? { exact: { part: 0, whole: 0 } } : {}),
  };
  if (named) add(found.named, isRight(flow, answer, claims));
  if (exact && hasName(flow)) add(found.exact!, isExact(flow, answer, claims));
}

/** The claim that a flow falls under: `SOCKS5`, or the row that it is in. */
function claimedRow(flow: Case, { protocols }: Claims): string | null {
  const names = [flow.expect.protocol, rowOf(flow)];
  return names.find((name) => protocols.includes(name ?? "")) ?? null;
}

/** HTTP is right for HTTP/2 where a peer has no name of its own for that. */
function isRight(flow: Case, { protocol }: Answer, claims: Claims): boolean {
  if (protocol === null) return false;
  const row = rowOf(flow);
  return protocol === row || protocol === flow.expect.protocol ||
    (protocol === "HTTP" && row === "HTTP2" &&
      !claims.protocols.includes("HTTP2"));
}

/** Whether dissectors could read the name, so that it can be compared. */
function hasName({ expect, tags }: Case): boolean {
  return expect.protocol === "TLS"
    ? expect.sni !== undefined && expect.sni_from !== "unknown"
    : expect.http_host !== undefined && !tags.includes("connect");
}

/** Whether a peer went by the name that there is; by none, if it saw that. */
function isExact(flow: Case, answer: Answer, claims: Claims): boolean {
  const wanted = wantedName(flow);
  if (wanted !== null) return normalizeHost(answer.host ?? "") === wanted;
  return answer.host === null &&
    (claimedRow(flow, claims) === null || isRight(flow, answer, claims));
}

function add(share: Share, isPart: boolean): void {
  share.whole++;
  if (isPart) share.part++;
}
