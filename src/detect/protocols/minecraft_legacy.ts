/**
 * Minecraft before 1.7: the ping of the server list, and the login.
 *
 * Wire (minecraft.wiki, "Java Edition protocol/Server List Ping"): a ping is
 * `FE` (to 1.3), `FE 01` (1.4 and 1.5), and since 1.6 also `FA` with the
 * channel `MC|PingHost`, BE16 length, version, host, BE32 port. A login since
 * 1.3 is `02`, version, user, host, BE32 port. A string is a BE16 count of
 * UTF-16BE units.
 *
 * @module
 */
import { ascii } from "../byte_reader.ts";
import type { DetectState, Verdict } from "../detector.ts";
import { more, NO } from "../detector.ts";
import { be16, expectBytes } from "../expect.ts";
import { matchMinecraft, type MinecraftHello } from "./minecraft_facts.ts";

const PING = ascii(
  "\xfe\x01\xfa\0\x0b\0M\0C\0|\0P\0i\0n\0g\0H\0o\0s\0t",
);
/** `FE 01 FA`, all that some status tools send. */
const SHORT_PING_BYTES = 3;
const FIRST_VERSION = 39;
const LAST_VERSION = 78;
const MAX_USER_LENGTH = 16;
const MAX_HOST_LENGTH = 255;

/** Looks for the ping; the bytes start with `FE`. */
export function detectLegacyPing(
  view: Uint8Array,
  state: DetectState,
): Verdict {
  const start = expectBytes(view, 0, PING);
  if (start !== null) {
    const isShort = start !== NO && view.length <= SHORT_PING_BYTES;
    return isShort && state.ended
      ? matchMinecraft({ nextState: "status" }, state)
      : start;
  }
  const lengthAt = PING.length;
  const hostAt = lengthAt + 3;
  if (view.length < hostAt + 2) return more(hostAt + 2);
  const units = be16(view, hostAt);
  if (units > MAX_HOST_LENGTH || be16(view, lengthAt) !== 7 + 2 * units) {
    return NO;
  }
  const version = view[lengthAt + 2]!;
  return finish(view, hostAt, { version, nextState: "status" }, state);
}

/** Looks for the login; the bytes start with `02`. */
export function detectLegacyLogin(
  view: Uint8Array,
  state: DetectState,
): Verdict {
  if (view.length < 2) return more(2);
  const version = view[1]!;
  if (version < FIRST_VERSION || version > LAST_VERSION) return NO;
  if (view.length < 4) return view[2] ? NO : more(view.length + 1);
  const units = be16(view, 2);
  if (units === 0 || units > MAX_USER_LENGTH) return NO;
  const hostAt = 4 + 2 * units;
  for (let at = 4; at < hostAt; at++) {
    if (at === view.length) return more(at + 1);
    if (at % 2 === 0 ? view[at] !== 0 : !isUserByte(view[at]!)) return NO;
  }
  if (view.length < hostAt + 2) return more(hostAt + 2);
  if (be16(view, hostAt) > MAX_HOST_LENGTH) return NO;
  return finish(view, hostAt, { version, nextState: "login" }, state);
}

/** Reads the host and waits for the port behind it. */
function finish(
  view: Uint8Array,
  hostAt: number,
  hello: MinecraftHello,
  state: DetectState,
): Verdict {
  const start = hostAt + 2;
  const end = start + 2 * be16(view, hostAt);
  for (let at = start; at < Math.min(end, view.length); at += 2) {
    if (view[at] !== 0) return NO;
  }
  if (view.length < end + 4) return more(Math.min(view.length + 1, end + 4));
  let address = "";
  for (let at = start; at < end; at += 2) {
    address += String.fromCharCode(view[at + 1]!);
  }
  return matchMinecraft({ ...hello, address }, state);
}

function isUserByte(byte: number): boolean {
  return (byte >= 0x61 && byte <= 0x7a) || (byte >= 0x41 && byte <= 0x5a) ||
    (byte >= 0x30 && byte <= 0x39) || byte === 0x5f;
}
