/**
 * Questions and answers of DNS as bytes (RFC 1035 §4.1, SRV: RFC 2782), narrowed
 * to what finding targets needs.
 *
 * @module
 */
import packet from "dns-packet";
import { Buffer } from "node:buffer";
import { PassthruError } from "../../errors.ts";

/** What is asked. */
export interface DnsQuestion {
  /** In lower case, without a dot at its end. */
  readonly name: string;
  readonly type: "SRV" | "A" | "AAAA";
}

/** A record that finding targets needs. Names as in {@linkcode DnsQuestion}. */
export type DnsRecord =
  & { readonly name: string; readonly ttlSeconds: number }
  & (
    | {
      readonly type: "SRV";
      readonly priority: number;
      readonly weight: number;
      readonly port: number;
      readonly target: string;
    }
    | { readonly type: "A" | "AAAA"; readonly address: string }
    | { readonly type: "CNAME"; readonly target: string }
  );

/** An answer to a question that was put. */
export interface DnsAnswer {
  /** The answer section. */
  readonly answers: readonly DnsRecord[];
  /** The additional section. */
  readonly additional: readonly DnsRecord[];
  /**
   * How long it holds that there is none, in seconds (RFC 2308 §5); `null`: it
   * does not say.
   */
  readonly negativeTtlSeconds: number | null;
}

/** What the library makes of a message; of other records the data differ. */
interface Decoded {
  readonly id: number;
  readonly type: string;
  readonly rcode: string;
  readonly flag_tc: boolean;
  readonly questions: readonly {
    readonly name: string;
    readonly type: string;
  }[];
  readonly answers: readonly DecodedRecord[];
  readonly authorities: readonly DecodedRecord[];
  readonly additionals: readonly DecodedRecord[];
}

interface DecodedRecord {
  readonly name: string;
  readonly type: string;
  readonly class?: string;
  readonly ttl?: number;
  readonly data?: unknown;
}

/** A TTL with its highest bit set is 0 (RFC 2181 §8). */
const MAX_TTL_SECONDS = 2 ** 31 - 1;

/** A question as bytes, without the length that precedes it on TCP. */
export function encodeQuestion(
  id: number,
  { name, type }: DnsQuestion,
): Uint8Array {
  return packet.encode({
    type: "query",
    id,
    flags: packet.RECURSION_DESIRED,
    questions: [{ name, type, class: "IN" }],
  });
}

/**
 * Reads the answer to a question.
 *
 * @throws {PassthruError} `dns_malformed` when it is none; `dns_mismatch` when it
 * answers another question; `dns_rcode` when the server says that it cannot
 * answer. That a name does not exist is an answer.
 */
export function decodeAnswer(
  bytes: Uint8Array,
  id: number,
  question: DnsQuestion,
): DnsAnswer {
  const message = decode(bytes);
  checkAnswers(message, id, question);
  const { rcode } = message;
  if (rcode !== "NOERROR" && rcode !== "NXDOMAIN") {
    throw failure("dns_rcode", `the DNS server answers ${rcode}`);
  }
  return {
    answers: message.answers.flatMap(recordOf),
    additional: message.additionals.flatMap(recordOf),
    negativeTtlSeconds: negativeTtl(message.authorities),
  };
}

function decode(bytes: Uint8Array): Decoded {
  try {
    const { buffer, byteOffset, byteLength } = bytes;
    return packet.decode(
      Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength),
    ) as Decoded;
  } catch (cause) {
    throw failure("dns_malformed", "the DNS answer is malformed", cause);
  }
}

function checkAnswers(
  { id, type, flag_tc, questions }: Decoded,
  wantedId: number,
  wanted: DnsQuestion,
): void {
  if (flag_tc) throw failure("dns_malformed", "the DNS answer is truncated");
  const [asked] = questions;
  const same = type === "response" && id === wantedId &&
    questions.length === 1 && asked!.type === wanted.type &&
    nameOf(asked!.name) === wanted.name;
  if (same) return;
  throw failure("dns_mismatch", "the DNS answer is for another question");
}

function recordOf(
  { name, type, class: kind, ttl, data }: DecodedRecord,
): DnsRecord[] {
  if (kind !== "IN") return [];
  const about = { name: nameOf(name), ttlSeconds: secondsOf(ttl) };
  switch (type) {
    case "SRV": {
      const { priority, weight, port, target } = data as
        & Record<
          "priority" | "weight" | "port",
          number
        >
        & { target: string };
      const fields = { priority, weight, port, target: nameOf(target) };
      return [{ ...about, type: "SRV" as const, ...fields }];
    }
    case "A":
    case "AAAA":
      return [{ ...about, type: type as "A" | "AAAA", address: String(data) }];
    case "CNAME":
      return [{
        ...about,
        type: "CNAME" as const,
        target: nameOf(String(data)),
      }];
    default:
      return [];
  }
}

function negativeTtl(authorities: readonly DecodedRecord[]): number | null {
  const soa = authorities.find(({ type }) => type === "SOA");
  if (soa === undefined) return null;
  const { minimum } = soa.data as { minimum?: number };
  return Math.min(secondsOf(soa.ttl), secondsOf(minimum));
}

function secondsOf(ttl: number | undefined): number {
  return ttl === undefined || ttl > MAX_TTL_SECONDS ? 0 : ttl;
}

function nameOf(text: string): string {
  return text.toLowerCase().replace(/\.$/, "");
}

function failure(code: string, message: string, cause?: unknown) {
  return new PassthruError(message, { code, source: "target", cause });
}
