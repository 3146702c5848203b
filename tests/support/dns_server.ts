/** DNS over TCP in the test process: servers that tell the truth, and others. */
import packet from "dns-packet";
import { Buffer } from "node:buffer";
import type {
  DnsAnswer,
  DnsQuestion,
  DnsRecord,
} from "../../src/upstream/discovery/dns_message.ts";
import { type Service, service } from "./services.ts";
import { readExactly, writeAll } from "./tcp.ts";

/** A message as the library has it; what is left out is as it should be. */
export interface DnsMessage {
  readonly id?: number;
  readonly type?: "query" | "response";
  readonly flags?: number;
  readonly questions?: readonly unknown[];
  readonly answers?: readonly unknown[];
  readonly additionals?: readonly unknown[];
}

/** A question as it came. */
export interface AskedQuestion extends DnsQuestion {
  readonly id: number;
}

/** An answer to a question as bytes, without the length before it. */
export function encoded(
  { id, name, type }: AskedQuestion,
  message: DnsMessage = {},
): Uint8Array {
  return packet.encode({
    id,
    type: "response",
    flags: packet.RECURSION_DESIRED,
    questions: [{ name, type, class: "IN" }],
    ...message,
  });
}

/** Bytes with their length before them. */
export function framed(message: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(2 + message.length);
  new DataView(bytes.buffer).setUint16(0, message.length);
  bytes.set(message, 2);
  return bytes;
}

/** A server that writes what the test says for each question. */
export function dnsServer(
  answer: (question: AskedQuestion, conn: Deno.TcpConn) => Promise<void>,
): Service {
  return service(async (conn) => {
    const [high, low] = await readExactly(conn, 2);
    const message = await readExactly(conn, high! << 8 | low!);
    const { id, questions: [question] } = packet.decode(Buffer.from(message));
    await answer({ id, name: question.name, type: question.type }, conn);
  });
}

/** A server that answers well-formed messages. */
export function dnsAnswering(
  answer: (question: AskedQuestion) => DnsMessage,
): Service {
  return dnsServer((question, conn) =>
    writeAll(conn, framed(encoded(question, answer(question))))
  );
}

/** An SRV record as a look-up gets it. */
export function srv(
  target: string,
  more: Partial<Extract<DnsRecord, { type: "SRV" }>> = {},
): DnsRecord {
  return {
    type: "SRV",
    name: "_app._tcp.test",
    ttlSeconds: 60,
    priority: 0,
    weight: 1,
    port: 80,
    target,
    ...more,
  };
}

/** An address record as a look-up gets it. */
export function at(
  name: string,
  address: string,
  ttlSeconds = 60,
): DnsRecord {
  const type = address.includes(":") ? "AAAA" : "A";
  return { type, name, address, ttlSeconds };
}

/** An answer as a look-up gets it. */
export function answerOf(
  answers: readonly DnsRecord[],
  additional: readonly DnsRecord[] = [],
): DnsAnswer {
  return { answers, additional, negativeTtlSeconds: null };
}
