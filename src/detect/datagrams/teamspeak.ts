/**
 * TeamSpeak 3, by the first packet of a client.
 *
 * Wire: `TS3INIT1` in the place of a MAC, BE16 packet id 101, BE16 client id 0, the
 * packet type init, and the step of the handshake.
 *
 * @module
 */
import { ascii, startsWith } from "../byte_reader.ts";
import { type DatagramDetector, match, NO } from "../detector.ts";
import { firstDatagramDetector } from "./first_datagram.ts";

const START = ascii("TS3INIT1\x00\x65");
const MIN_BYTES = 18;

const MATCH = match({});

/** Recognises a TeamSpeak client. */
export const teamspeak: DatagramDetector = firstDatagramDetector(
  {
    name: "TEAMSPEAK",
    summary: "TeamSpeak 3, by the client's first packet",
    rules: {},
    docs: {
      firstBytes: "`TS3INIT1`, `00 65`, and at least 8 more bytes",
      facts: {},
      source: [
        {
          text: "TS3 Protocol Paper (tsproto)",
          url:
            "https://github.com/ReSpeak/tsdeclarations/blob/master/ts3protocol.md",
        },
      ],
      stance: ["Strict. TeamSpeak 2 and the server list are not matched."],
    },
  },
  (datagram) =>
    datagram.length >= MIN_BYTES && startsWith(datagram, START) === true
      ? MATCH
      : NO,
);
