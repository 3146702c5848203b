/** Openings of many kinds of clients, for what must hold for any bytes. */
import { helloRecord, sslV2Hello } from "./client_hello.ts";
import { hex, wire } from "./wire.ts";

/** Whole openings by name; each belongs to one protocol, or to none. */
export const OPENINGS: Readonly<Record<string, Uint8Array>> = {
  TLS: helloRecord({ sni: "www.example.com", alpn: ["h2", "http/1.1"] }),
  "TLS in an SSLv2 hello": sslV2Hello(0x0301),
  HTTP: wire(
    "GET /index.html?x=1 HTTP/1.1\r\nUser-Agent: bench/1.0\r\n",
    "Accept: */*\r\nHost: www.example.com\r\n\r\n",
  ),
  HTTP2: wire("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", hex("00 00 00 04 00"), [
    ...hex("00 00 00 00"),
  ]),
  SSH: wire("SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n"),
  SOCKS: hex("05 02 00 02"),
  RDP: wire(hex("03 00 00 13 0e e0 00 00 00 00 00 01 00 08 00 03 00 00 00")),
  S7: hex("03 00 00 16 11 e0 00 00 00 01 00 c0 01 0a c1 02 01 00 c2 02 01 02"),
  POSTGRES: hex("00 00 00 08 04 d2 16 2f"),
  MQTT: wire(hex("10 0d 00 04"), "MQTT", hex("04 02 00 3c 00 01"), "a"),
  REDIS: wire("*1\r\n$4\r\nPING\r\n"),
  XMPP: wire("<?xml version='1.0'?><stream:stream to='a.example'"),
  DNS: wire(hex("00 1d 12 34 01 00 00 01 00 00 00 00 00 00"), [
    ...wire(7, "example", 3, "com", hex("00 00 01 00 01")),
  ]),
  SIP: wire("REGISTER sip:example.com SIP/2.0\r\n"),
  RTSP: wire("OPTIONS rtsp://example.com/a RTSP/1.0\r\n"),
  SMB: wire(hex("00 00 00 54 ff"), "SMB", hex("72 00 00 00 00 18 01 28")),
  LDAP: hex("30 0c 02 01 01 60 07 02 01 03 04 00 80 00"),
  IRC: wire("NICK bob\r\nUSER bob 0 * :Bob\r\n"),
  MEMCACHED: wire("set a 0 0 2\r\nhi\r\n"),
  MODBUS: hex("00 01 00 00 00 06 01 03 00 6b 00 03"),
  BITTORRENT: wire(19, "BitTorrent protocol", new Uint8Array(48)),
  SMTP: wire("EHLO client.example\r\n"),
  "a job in JSON": wire('{"id": 1, "method": "login"}\n'),
};
