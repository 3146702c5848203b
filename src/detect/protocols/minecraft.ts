/**
 * Minecraft, Java Edition, by the handshake, which is there since 1.7; before it:
 * `minecraft_legacy.ts`.
 *
 * The address is what the player typed, but a mod loader puts `\0FML...`
 * behind it, a proxy `\0` and the player's address or `///` and more; none of
 * it is the host.
 *
 * `maxBytes` 32770: a proxy puts the player's profile into the address.
 *
 * @module
 */
import { latin1 } from "../byte_reader.ts";
import type { Detector, DetectState, Verdict } from "../detector.ts";
import { more, NO } from "../detector.ts";
import { be16 } from "../expect.ts";
import { hostWord } from "../rule_grammar.ts";
import { leb128End, leb128Value } from "./leb128.ts";
import { matchMinecraft } from "./minecraft_facts.ts";
import { detectLegacyLogin, detectLegacyPing } from "./minecraft_legacy.ts";

const MAX_LENGTH_BYTES = 3;
const MAX_VERSION_BYTES = 5;
const MIN_PACKET_BYTES = 6;
const MAX_PACKET_BYTES = 32767;
/** The port and the next state. */
const TAIL_BYTES = 3;
const NEXT_STATES = ["status", "login", "transfer"];

/** Recognises a Minecraft client. */
export const minecraft: Detector = {
  name: "MINECRAFT",
  summary: "Minecraft (Java Edition), by the handshake or the older ping",
  maxBytes: MAX_LENGTH_BYTES + MAX_PACKET_BYTES,
  rules: { HOST: hostWord("host", { late: true }) },
  docs: {
    firstBytes:
      "VarInt length, `00`, VarInt protocol version, VarInt length and address, BE16 port, next state `01`, `02` or `03`; before 1.7 a ping `fe`, `fe 01` or `fe 01 fa`, or a login `02`",
    facts: {
      host:
        "the address that the player entered: lower case, without port, final dot, and data that mods and proxies append; absent if empty",
      version:
        "the protocol version as text: `765`; absent for the shortest pings",
      next_state: "`status` (also of a ping), `login` or `transfer`",
    },
    source: [
      {
        text: "Minecraft Wiki, Java Edition protocol, Handshake",
        url: "https://minecraft.wiki/w/Java_Edition_protocol/Packets",
      },
      {
        text: "Minecraft Wiki, Server List Ping",
        url: "https://minecraft.wiki/w/Java_Edition_protocol/Server_List_Ping",
      },
    ],
    stance: [
      "Strict. The packet must end with the next state. An empty address with a port below 256 is not matched, because it can be Modbus.",
      "`fe 01` starts an older ping (`fa` follows) or a handshake with a length of 254 (`00` follows).",
      "The short pings begin much else (`fe 01 00 00` of a MongoDB message), so they count only when nothing follows until the client ends or the detection timeout does.",
    ],
  },
  detect(view, state) {
    if (view.length === 0) return more(1);
    if (view[0] === 2) return detectLegacyLogin(view, state);
    if (view[0] !== 0xfe) return detectHandshake(view, state);
    const ping = detectLegacyPing(view, state);
    return ping === NO ? detectHandshake(view, state) : ping;
  },
};

function detectHandshake(view: Uint8Array, state: DetectState): Verdict {
  if (isTelnet(view)) return NO;
  const idAt = leb128End(view, 0, MAX_LENGTH_BYTES);
  if (idAt < 0) return NO;
  if (idAt > view.length) return more(idAt);
  const length = leb128Value(view, 0, idAt);
  if (length < MIN_PACKET_BYTES || length > MAX_PACKET_BYTES) return NO;
  if (idAt === view.length) return more(idAt + 1);
  if (view[idAt] !== 0) return NO;
  return detectFields(view, idAt + 1, idAt + length, state);
}

function detectFields(
  view: Uint8Array,
  start: number,
  end: number,
  state: DetectState,
): Verdict {
  const nameLengthAt = leb128End(view, start, MAX_VERSION_BYTES);
  if (nameLengthAt < 0) return NO;
  if (nameLengthAt > view.length) return more(nameLengthAt);
  const nameAt = leb128End(view, nameLengthAt, MAX_LENGTH_BYTES);
  if (nameAt < 0) return NO;
  if (nameAt > view.length) return more(nameAt);
  const nameEnd = nameAt + leb128Value(view, nameLengthAt, nameAt);
  if (nameEnd + TAIL_BYTES !== end) return NO;
  if (view.length < end) return more(end);
  const nextState = NEXT_STATES[view[end - 1]! - 1];
  if (nextState === undefined) return NO;
  if (nameEnd === nameAt && be16(view, nameEnd) < 256) return NO;
  return matchMinecraft({
    address: latin1(view.subarray(nameAt, nameEnd)),
    version: leb128Value(view, start, nameLengthAt) | 0,
    nextState,
  }, state);
}

/** Whether the length would be a command of Telnet (IAC, WILL to DONT). */
function isTelnet(view: Uint8Array): boolean {
  return view[0] === 0xff && view[1]! >= 0xfb && view[1]! <= 0xfe;
}
