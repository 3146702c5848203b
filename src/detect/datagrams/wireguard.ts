/**
 * WireGuard, by the handshake initiation, and the server that it is for.
 *
 * Wire: type 1 and three NUL bytes, sender, ephemeral key, the static key and the
 * time sealed, mac1, mac2: 148 bytes in all. mac1 is a BLAKE2s of 16 bytes over the
 * 116 bytes before it, keyed with the BLAKE2s of `mac1----` and the public key of
 * the server: who knows that key can tell whether a message is for it (WireGuard,
 * Next Generation Kernel Network Tunnel, §5.4.2 and §5.4.4).
 *
 * @module
 */
import { ascii } from "../byte_reader.ts";
import { blake2s } from "../crypto/blake2s.ts";
import {
  type DatagramDetector,
  type DetectState,
  match,
  NO,
  type Verdict,
} from "../detector.ts";
import { be32 } from "../expect.ts";
import { exactMatcher } from "../matchers.ts";
import type { RuleWord } from "../rule_grammar.ts";
import { firstDatagramDetector } from "./first_datagram.ts";

const INITIATION = 0x01000000;
const INITIATION_BYTES = 148;
const MAC1_AT = 116;
const MAC_BYTES = 16;
const MAC1_LABEL = ascii("mac1----");
const KEY_BYTES = 32;
/** What the facts that rules need begin with; the key follows, in base64. */
const NEEDS_KEY = "key:";

/** A server that an initiation may be for. */
interface Server {
  /** Its public key, in base64. */
  readonly key: string;
  /** What mac1 is keyed with. */
  readonly macKey: Uint8Array;
}

/** `KEY <public key>`: the server that the client wants. */
const KEY_WORD: RuleWord = {
  fact: "key",
  kind: "text",
  example: "xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=",
  many: false,
  parse(value) {
    return keyBytes(value)?.length === KEY_BYTES
      ? {
        ok: true,
        matcher: { ...exactMatcher("key", value), needs: NEEDS_KEY + value },
      }
      : {
        ok: false,
        expected:
          'the public key of a WireGuard server: 44 characters of base64, as "wg show" prints it',
      };
  },
};

/** Recognises a WireGuard client. */
export const wireguard: DatagramDetector = firstDatagramDetector({
  name: "WIREGUARD",
  summary: "WireGuard, by the handshake initiation",
  rules: { KEY: KEY_WORD },
  docs: {
    firstBytes: "`01 00 00 00` and 144 bytes more",
    facts: {
      key:
        "the public key of the server that the client addresses, in base64; absent if no rule names this key",
    },
    source: [
      {
        text: "WireGuard: Next Generation Kernel Network Tunnel §5.4",
        url: "https://www.wireguard.com/papers/wireguard.pdf",
      },
    ],
    stance: [
      "The length and the first four bytes decide; the rest is random to everyone except the server.",
      "The first MAC of an initiation shows for which public key it is, so several servers can be distinguished.",
      "Not matched: responses, cookies and transport data, which occur later in a session.",
    ],
  },
}, decide);

function decide(datagram: Uint8Array, { needs }: DetectState): Verdict {
  if (
    datagram.length !== INITIATION_BYTES || be32(datagram, 0) !== INITIATION
  ) return NO;
  if (needs === undefined) return match({});
  const server = serversOf(needs).find(({ macKey }) => isFor(datagram, macKey));
  return match(server === undefined ? {} : { key: server.key });
}

function isFor(initiation: Uint8Array, key: Uint8Array): boolean {
  const message = initiation.subarray(0, MAC1_AT);
  const mac = blake2s(message, { key, length: MAC_BYTES });
  return mac.every((byte, i) => byte === initiation[MAC1_AT + i]);
}

/** The servers that rules name, worked out once for each set of rules. */
const known = new WeakMap<ReadonlySet<string>, readonly Server[]>();

function serversOf(needs: ReadonlySet<string>): readonly Server[] {
  const servers = known.get(needs) ?? readServers(needs);
  known.set(needs, servers);
  return servers;
}

function readServers(needs: ReadonlySet<string>): Server[] {
  return [...needs].filter((fact) => fact.startsWith(NEEDS_KEY))
    .map((fact) => fact.slice(NEEDS_KEY.length))
    .map((key) => ({ key, macKey: mac1Key(keyBytes(key)!) }));
}

/** What mac1 is keyed with, by the public key of the server. */
export function mac1Key(publicKey: Uint8Array): Uint8Array {
  const labelled = new Uint8Array(MAC1_LABEL.length + publicKey.length);
  labelled.set(MAC1_LABEL);
  labelled.set(publicKey, MAC1_LABEL.length);
  return blake2s(labelled);
}

/** The bytes of base64 in its one spelling; `null`: it is none. */
function keyBytes(text: string): Uint8Array | null {
  try {
    const bytes = Uint8Array.fromBase64(text);
    return bytes.toBase64() === text ? bytes : null;
  } catch {
    return null;
  }
}
