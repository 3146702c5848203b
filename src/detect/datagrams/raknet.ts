/**
 * RakNet, by the messages before a connection: Minecraft Bedrock Edition, Roblox and
 * other games.
 *
 * Wire: a message id, maybe fields, and 16 bytes that mark such messages ("offline
 * message data id" in RakNet's source, `00 ff ff 00 fe fe fe fe fd fd fd fd 12 34 56
 * 78`).
 *
 * @module
 */
import { type DatagramDetector, match, NO } from "../detector.ts";
import { startsWith } from "../byte_reader.ts";
import { firstDatagramDetector } from "./first_datagram.ts";

const MARK = Uint8Array.from(
  [0, 0xff, 0xff, 0, 0xfe, 0xfe, 0xfe, 0xfe, 0xfd, 0xfd, 0xfd, 0xfd, 0x12, 0x34]
    .concat(0x56, 0x78),
);
/** Farthest place of the mark: Roblox has 31 bytes before it. */
const MAX_PLACE = 48;

/** What is asked, by the message id. */
const MESSAGES: Readonly<Record<number, string>> = {
  0x01: "ping",
  0x02: "ping",
  0x05: "open_connection",
  0x07: "open_connection",
};
/** Where the mark stands in a message: behind the id, or the time of a ping. */
const PLACES: Readonly<Record<number, number>> = {
  0x01: 9,
  0x02: 9,
  0x05: 1,
  0x07: 1,
};

/** Recognises a client of RakNet. */
export const raknet: DatagramDetector = firstDatagramDetector({
  name: "RAKNET",
  summary: "RakNet (Minecraft Bedrock Edition and other games)",
  rules: {},
  docs: {
    firstBytes:
      "an id, and within 48 bytes `00 ff ff 00 fe fe fe fe fd fd fd fd 12 34 56 78`",
    facts: {
      message:
        "`ping` or `open_connection`; absent for messages that a game has added",
    },
    source: [
      {
        text: "RakNet (RakPeer.cpp)",
        url: "https://github.com/facebookarchive/RakNet",
      },
      {
        text: "RakNet Protocol (Minecraft Wiki)",
        url: "https://minecraft.wiki/w/RakNet",
      },
    ],
    stance: [
      "The magic bytes decide. Packets of an open connection (`80..8f`) do not have them and are not matched.",
    ],
  },
}, (datagram) => {
  const id = datagram[0]!;
  if (isMarkAt(datagram, PLACES[id] ?? 1)) {
    const message = MESSAGES[id];
    return match(message === undefined ? {} : { message });
  }
  const last = Math.min(MAX_PLACE, datagram.length - MARK.length);
  for (let at = 1; at <= last; at++) {
    if (isMarkAt(datagram, at)) return match({});
  }
  return NO;
});

function isMarkAt(datagram: Uint8Array, at: number): boolean {
  return datagram[at] === 0 && datagram[at + 1] === 0xff &&
    startsWith(datagram.subarray(at), MARK) === true;
}
