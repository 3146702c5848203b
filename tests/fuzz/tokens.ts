/**
 * What the protocols are made of, for mutations.
 *
 * @module
 */
import { hex, wire } from "../support/wire.ts";

/** Pieces of text protocols; `\0`, `\r` and so on as they are. */
const TEXTS = [
  ..."GET |POST |HEAD |OPTIONS |CONNECT |PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
    .split(
      "|",
    ),
  ..." HTTP/1.1\r\n| HTTP/1.0\r\n|\r\n\r\n|\r\n|\n|\r|\t| |:|Host: a.test\r\n"
    .split("|"),
  ..."Host:|host: b.test:80\r\n|Host : a\r\n|\r\n a|Connection: close\r\n|/"
    .split("|"),
  ..."../|./|//|%2e|%2f|%00|%5c|;a|?a=b|#a|http://a.test/|a.test:443|@|[::1]"
    .split("|"),
  ..."Content-Length: 3\r\n|Transfer-Encoding: chunked\r\n|Upgrade: websocket\r\n"
    .split("|"),
  ..."SSH-2.0-|SSH-1.99-|*1\r\n$4\r\nPING\r\n|*2\r\n|$0\r\n|*-1\r\n|PING\r\n"
    .split("|"),
  ..."NICK a\r\n|USER a 0 * :a\r\n|PASS a\r\n|CAP LS\r\n|get a\r\n|set a 0 0 1\r\n"
    .split("|"),
  ..."<?xml version='1.0'?>|<stream:stream |to='a.test'| xmlns='jabber:client'|>"
    .split("|"),
  ..."user\0|database\0|postgres\0|options\0|MQTT|MQIsdp|@RSYNCD: 31.0\n".split(
    "|",
  ),
  ..."git-upload-pack /a\0host=a\0|INVITE sip:a@b SIP/2.0\r\n| RTSP/1.0\r\n"
    .split("|"),
  ..."Cookie: mstshash=a\r\n|BitTorrent protocol|CNXN|ZBXD|AMQP|<34>1 |JRMI"
    .split("|"),
  ..."d1:ad2:id20:|1:q4:ping|1:y1:q|e|i0e|l|\xff|\x7f|\0|\0\0\0\0".split("|"),
  "PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\n",
];

/** Pieces of binary protocols. */
const BYTES = [
  ...["16030100", "160303", "01000000", "0303", "0000000a00080000056c6f63616c"],
  ...[
    "0010000e000c02683208687474702f312e31",
    "002b0003020304",
    "14030300010101",
  ],
  ...["1503010002015a", "000000", "0000000400000000", "000000040100000000"],
  ...["00000401", "82868441", "ffff", "ffffffff", "7fffffff", "80000000"],
  ...["00030000", "04d2162f", "04d21630", "04d2162e", "0300", "0ee00000", "e0"],
  ...[
    "2112a442",
    "00010000",
    "fe01",
    "fefd",
    "30840000",
    "020101",
    "a003020105",
  ],
  ...[
    "c00000000108",
    "6b3343cf",
    "ff534d42",
    "fe534d42",
    "0100",
    "050100",
    "0400",
  ],
  ...["40", "c0", "ff", "8080808001", "1a", "23002000", "80", "81"],
].map(hex);

/** All of them. */
export const TOKENS: readonly Uint8Array[] = [
  ...TEXTS.filter((text) => text !== "").map((text) => wire(text)),
  ...BYTES,
];
