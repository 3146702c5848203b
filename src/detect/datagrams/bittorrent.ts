/**
 * BitTorrent over UDP: its hash table, its transport and its trackers.
 *
 * Wire: a dictionary in bencoding with the keys `t` and `y` (BEP 5); 20 bytes of the
 * transport's header, type SYN, version 1 (BEP 29); or the request that a tracker is
 * asked with first, `00 00 04 17 27 10 19 80`, action 0 and 4 bytes more (BEP 15).
 *
 * @module
 */
import { type DatagramDetector, match, NO, type Verdict } from "../detector.ts";
import { be16, be32 } from "../expect.ts";
import { BencodeReader } from "./bencode.ts";
import { firstDatagramDetector } from "./first_datagram.ts";

const DICTIONARY = 0x64;
const SYN_VERSION_1 = 0x41;
const TRANSPORT_HEADER_BYTES = 20;
const TRACKER_BYTES = 16;
const TRACKER_ID = [0x00000417, 0x27101980, 0];

/** Recognises a BitTorrent client on UDP. */
export const bittorrent: DatagramDetector = firstDatagramDetector({
  name: "BITTORRENT",
  summary: "BitTorrent over UDP: hash table, transport and tracker",
  rules: {},
  docs: {
    firstBytes:
      "`d`, a dictionary of the hash table; `41`, extension, connection id and the rest of the transport's header; or `00 00 04 17 27 10 19 80 00 00 00 00` and 4 bytes",
    facts: { message: "`dht`, `transport` or `tracker`" },
    source: [
      { text: "BEP 5", url: "https://www.bittorrent.org/beps/bep_0005.html" },
      { text: "BEP 15", url: "https://www.bittorrent.org/beps/bep_0015.html" },
      { text: "BEP 29", url: "https://www.bittorrent.org/beps/bep_0029.html" },
    ],
    stance: [
      "Strict: a dictionary must fill the datagram and have the keys of a query, an answer or an error. A first packet of the transport has sequence number 1 and acknowledges nothing.",
    ],
  },
}, decide);

function decide(datagram: Uint8Array): Verdict {
  switch (datagram[0]) {
    case DICTIONARY:
      return isHashTable(datagram) ? match({ message: "dht" }) : NO;
    case SYN_VERSION_1:
      return isSyn(datagram) ? match({ message: "transport" }) : NO;
    case 0:
      return isTracker(datagram) ? match({ message: "tracker" }) : NO;
    default:
      return NO;
  }
}

function isHashTable(datagram: Uint8Array): boolean {
  const keys = new BencodeReader(datagram).dictionaryKeys();
  return keys !== null && keys.includes("y") &&
    ["q", "r", "e"].some((key) => keys.includes(key));
}

/** A SYN has no data, but may have extensions. */
function isSyn(datagram: Uint8Array): boolean {
  if (datagram.length < TRANSPORT_HEADER_BYTES) return false;
  let extension = datagram[1]!;
  let at = TRANSPORT_HEADER_BYTES;
  while (extension !== 0 && at + 2 <= datagram.length) {
    extension = datagram[at]!;
    at += 2 + datagram[at + 1]!;
  }
  return extension === 0 && at === datagram.length &&
    be16(datagram, 16) === 1 && be16(datagram, 18) === 0;
}

function isTracker(datagram: Uint8Array): boolean {
  return datagram.length === TRACKER_BYTES &&
    TRACKER_ID.every((word, i) => be32(datagram, 4 * i) === word);
}
