/**
 * A corpus of real connections that other people's dissectors have labelled, as
 * `../shared/corpus/README.md` describes it.
 */

import type { Transport } from "../../src/detect/detector.ts";
import { concat } from "../support/tcp.ts";

/** A connection of a corpus, as far as it is used here. */
export interface Case {
  readonly id: string;
  readonly transport: string;
  /** The port of the server in the capture. */
  readonly server_port?: number;
  /** What the client sent, in base64: as it was cut, or its first datagrams. */
  readonly segments: readonly string[];
  readonly server_first: boolean;
  /** How many segments came before the server's first answer; `null`: all. */
  readonly server_after?: number | null;
  readonly ambiguous?: boolean;
  readonly tags: readonly string[];
  readonly expect: Expectation;
}

/** What the dissectors saw. */
export interface Expectation {
  /** `null`: none of them named it. */
  readonly protocol: string | null;
  readonly sni?: string | null;
  readonly sni_from?: string;
  readonly alpn?: readonly string[];
  readonly alpn_from?: string;
  readonly http_host?: string | null;
  readonly http_method?: string | null;
  readonly http_uri?: string | null;
  readonly ssh_banner?: string | null;
  /** `0x00000001`, or `Q043`. */
  readonly quic_version?: string | null;
  readonly dns_qname?: string | null;
  /** `0x07`. */
  readonly openvpn_opcode?: string | null;
}

/** The folder of the public corpus. */
export const CORPUS = new URL("../../../shared/corpus/", import.meta.url);

/** Longest start of a connection that a detector is shown. */
const MAX_VIEW_BYTES = 65536;

/** Whether the public corpus is there. */
export async function isCorpusPresent(): Promise<boolean> {
  return await Deno.stat(CORPUS).then(() => true, () => false);
}

/**
 * Whether tests can use the public corpus.
 *
 * @throws {Error} When it is absent in CI, where it must be.
 */
export async function requireCorpusInCi(): Promise<boolean> {
  const present = await isCorpusPresent();
  if (!present && Deno.env.get("CI") === "true") {
    throw new Error(`The corpus is not there: "${CORPUS}"`);
  }
  return present;
}

/**
 * Reads the flows of a corpus.
 *
 * @param folder Where `cases.jsonl.gz` or `cases.jsonl` is.
 * @throws {Deno.errors.NotFound} When neither is there.
 */
export async function readCorpus(
  folder: URL,
  wanted: Transport = "tcp",
): Promise<Case[]> {
  const lines = await readPacked(folder).catch((error) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    return Deno.readTextFile(new URL("cases.jsonl", folder));
  });
  return lines.trim().split("\n").map((line) => JSON.parse(line) as Case)
    .filter(({ transport }) => transport === wanted);
}

async function readPacked(folder: URL): Promise<string> {
  const file = await Deno.open(new URL("cases.jsonl.gz", folder));
  const stream = file.readable.pipeThrough(new DecompressionStream("gzip"));
  return await new Response(stream).text();
}

/** The segments of a connection, or the datagrams of a flow. */
export function segmentsOf({ segments }: Case): Uint8Array[] {
  return segments.map((segment) => Uint8Array.fromBase64(segment));
}

/** All bytes of a connection, up to those that a detector is never shown. */
export function bytesOf(flow: Case): Uint8Array {
  return concat(segmentsOf(flow)).subarray(0, MAX_VIEW_BYTES);
}
