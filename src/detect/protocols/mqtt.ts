/**
 * MQTT, by the CONNECT packet.
 *
 * Bridges set the highest bit of the level. Matched at the end of the client id,
 * without waiting for will, user and password.
 *
 * `maxBytes` 65536: enough for any client id in use.
 *
 * @module
 */
import { ascii } from "../byte_reader.ts";
import type { Detector, DetectState, Verdict } from "../detector.ts";
import { malformed, match, more, NO } from "../detector.ts";
import { be16 } from "../expect.ts";
import { certain, doubt, type Draft, learn } from "../learnt.ts";
import { textWord } from "../rule_grammar.ts";
import { utf8 } from "./client_text.ts";
import { leb128End, leb128Value } from "./leb128.ts";

const CONNECT = 0x10;
const MAX_LENGTH_BYTES = 4;
const MAX_CLIENT_ID_FACT_BYTES = 512;
const NAMES = [ascii("\x00\x04MQTT"), ascii("\x00\x06MQIsdp")] as const;
const BRIDGE = 0x80;
const BAD_ID = doubt("the client id contains a NUL byte");
const VERSIONS: readonly (string | undefined)[] = [
  undefined,
  undefined,
  undefined,
  "3.1",
  "3.1.1",
  "5.0",
];

/** Recognises an MQTT client. */
export const mqtt: Detector = {
  name: "MQTT",
  summary: "MQTT 3.1, 3.1.1 and 5.0, by the CONNECT packet",
  maxBytes: 65536,
  rules: {
    CLIENT_ID: textWord("client_id", {
      pattern: /^[^\s*\p{Cc}\ufffd]*$/u,
      expected: 'a client id such as "sensor-7" or "sensor-*"',
    }, { example: "sensor-*" }),
  },
  docs: {
    firstBytes:
      "`10`, remaining length (1 to 4 bytes of 7 bits), BE16 length and name: `MQTT` with level 4 or 5, `MQIsdp` with level 3; flags, BE16 keep-alive, in 5.0 properties after their length, BE16 length and client id",
    facts: {
      client_id: "as sent, cut at 512 bytes; may be empty",
      version: "`3.1`, `3.1.1` or `5.0`",
    },
    source: [
      {
        text: "MQTT 3.1.1 §3.1",
        url:
          "https://docs.oasis-open.org/mqtt/mqtt/v3.1.1/os/mqtt-v3.1.1-os.html",
      },
      {
        text: "MQTT 5.0 §3.1",
        url: "https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html",
      },
    ],
    stance: [
      "Strict: name, level, flags and lengths are checked, and will, user and password must fit in the packet.",
      "Minecraft, where `10` is a length, differs at byte 2 or 3, where the name starts.",
    ],
  },
  detect(view, state) {
    if (view.length === 0) return more(1);
    if (view[0] !== CONNECT) return NO;
    const lengthEnd = leb128End(view, 1, MAX_LENGTH_BYTES);
    if (lengthEnd < 0) return NO;
    if (lengthEnd > view.length) return more(view.length + 1);
    const end = lengthEnd + leb128Value(view, 1, lengthEnd);
    return detectName(view, lengthEnd, end, state);
  },
};

/** Looks at the packet from its protocol name on. */
function detectName(
  view: Uint8Array,
  from: number,
  end: number,
  state: DetectState,
): Verdict {
  const name = agrees(view, from, NAMES[0])
    ? NAMES[0]
    : agrees(view, from, NAMES[1])
    ? NAMES[1]
    : null;
  if (name === null) return NO;
  const at = from + name.length;
  // The level, the flags, the keep-alive, the length of the client id.
  if (at + 6 > end) return NO;
  if (view.length < at) return more(view.length + 1);
  if (view.length < at + 2) return more(at + 2);
  const level = view[at]! & ~BRIDGE;
  const version = VERSIONS[level];
  if (version === undefined || (level === 3) !== (name === NAMES[1])) {
    return malformed("the protocol level is unknown");
  }
  const flags = view[at + 1]!;
  const wrong = checkFlags(flags, level);
  if (wrong !== null) return malformed(wrong);
  if (level < 5) {
    return readClientId(view, at + 4, end, { version, flags, state });
  }
  // What follows the packet must not change what is said of it.
  const packet = view.subarray(0, end);
  const lengthEnd = leb128End(packet, at + 4, MAX_LENGTH_BYTES);
  if (lengthEnd < 0) return malformed("a length has more than 4 bytes");
  if (lengthEnd > packet.length) {
    return view.length < end
      ? more(Math.max(at + 5, view.length + 1))
      : malformed("the properties run past the packet");
  }
  const start = lengthEnd + leb128Value(packet, at + 4, lengthEnd);
  return readClientId(view, start, end, { version, flags, state });
}

/** Whether the bytes from a place on agree with others, as far as they go. */
function agrees(view: Uint8Array, from: number, other: Uint8Array): boolean {
  for (let i = 0; i < other.length && from + i < view.length; i++) {
    if (view[from + i] !== other[i]) return false;
  }
  return true;
}

function checkFlags(flags: number, level: number): string | null {
  if ((flags & 1) !== 0) return "the reserved flag is set";
  const qos = (flags >> 3) & 3;
  if (qos === 3) return "the will has no quality of service";
  if ((flags & 4) === 0 && (flags & 0x38) !== 0) {
    return "there are flags for a will, but no will";
  }
  // 5.0 allows a password without a user.
  return level < 5 && (flags & 0xc0) === 0x40
    ? "there is a password without a user"
    : null;
}

/** Reads the client id, and checks that the rest of the packet has room. */
function readClientId(
  view: Uint8Array,
  from: number,
  end: number,
  { version, flags, state }: {
    readonly version: string;
    readonly flags: number;
    readonly state: DetectState;
  },
): Verdict {
  const start = from + 2;
  if (start > end) return malformed("the properties run past the packet");
  if (view.length < start) return more(start);
  const idEnd = start + be16(view, from);
  const rest = end - idEnd - fewestBytesBehind(flags, version);
  if (rest < 0) return malformed("the client id runs past the packet");
  if (rest > 0 && (flags & 0xc4) === 0) {
    return malformed("bytes remain after the client id");
  }
  if (view.length < idEnd) return more(idEnd);
  const bytes = view.subarray(start, idEnd);
  const facts: Draft = { version };
  const id = bytes.includes(0)
    ? BAD_ID
    : certain(utf8(bytes, MAX_CLIENT_ID_FACT_BYTES));
  const why = learn(facts, "client_id", id, state);
  return why === null ? match(facts) : malformed(why);
}

/** Fewest bytes that will, user and password take. */
function fewestBytesBehind(flags: number, version: string): number {
  const will = (flags & 4) === 0 ? 0 : version === "5.0" ? 5 : 4;
  return will + ((flags & 0x80) === 0 ? 0 : 2) + ((flags & 0x40) === 0 ? 0 : 2);
}
