/**
 * Zabbix, by the header of the first packet.
 *
 * `maxBytes` 21: the header of a large packet.
 *
 * @module
 */
import { ascii } from "../byte_reader.ts";
import type { Detector } from "../detector.ts";
import { match, more, NO } from "../detector.ts";
import { expectBytes, le32 } from "../expect.ts";

const MAGIC = ascii("ZBXD");
const FLAG_ZABBIX = 1;
const FLAG_COMPRESSED = 2;
const FLAG_LARGE = 4;
const MAX_PACKET_BYTES = 2 ** 30;

/** Recognises a Zabbix server, proxy, agent or sender. */
export const zabbix: Detector = {
  name: "ZABBIX",
  summary: "Zabbix, by the header of the first packet",
  maxBytes: 21,
  rules: {},
  docs: {
    firstBytes:
      "`ZBXD`, flags (1: Zabbix, 2: compressed, 4: large), LE32 length, LE32 size before compression or 0; both LE64 in a large packet",
    facts: {},
    source: [
      {
        text: 'Zabbix manual, "Header"',
        url:
          "https://www.zabbix.com/documentation/current/en/manual/appendix/protocols/header_datalen",
      },
    ],
    stance: [
      "Strict: the magic bytes, the flags, and a size if and only if the packet is compressed.",
      "Requests without this header (`agent.ping` LF, before 4.0) are not matched.",
    ],
  },
  detect(view) {
    const magic = expectBytes(view, 0, MAGIC);
    if (magic !== null) return magic;
    const flags = view[MAGIC.length];
    if (flags === undefined) return more(MAGIC.length + 1);
    if ((flags & FLAG_ZABBIX) === 0 || flags > 7) return NO;
    const sizeAt = MAGIC.length + 1;
    const sizeBytes = (flags & FLAG_LARGE) === 0 ? 4 : 8;
    const end = sizeAt + 2 * sizeBytes;
    if (view.length < end) return more(end);
    const length = le32(view, sizeAt);
    const unpacked = le32(view, sizeAt + sizeBytes);
    if (length === 0 || length > MAX_PACKET_BYTES) return NO;
    const isCompressed = (flags & FLAG_COMPRESSED) !== 0;
    return (unpacked !== 0) === isCompressed ? match({}) : NO;
  },
};
