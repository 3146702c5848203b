/** What the labels of a corpus mean for the detectors. */
import type { Case } from "./corpus.ts";
import { NO_OPENINGS } from "./no_openings.ts";

/** The detector of each label; SOCKS and SMB have two. */
export const DETECTOR_OF: Readonly<Record<string, string>> = {
  TLS: "TLS",
  HTTP1: "HTTP",
  HTTP2: "HTTP2",
  SSH: "SSH",
  SOCKS4: "SOCKS",
  SOCKS5: "SOCKS",
  RDP: "RDP",
  POSTGRES: "POSTGRES",
  MQTT: "MQTT",
  REDIS: "REDIS",
  XMPP: "XMPP",
  OPENVPN: "OPENVPN",
  DNS: "DNS",
  RSYNC: "RSYNC",
  STUN: "STUN",
  IRC: "IRC",
  MEMCACHED: "MEMCACHED",
  TELNET: "TELNET",
  MINECRAFT: "MINECRAFT",
  RTMP: "RTMP",
  RTSP: "RTSP",
  SIP: "SIP",
  MONGODB: "MONGODB",
  MSSQL: "MSSQL",
  LDAP: "LDAP",
  SMB: "SMB",
  NBSS: "SMB",
  AMQP: "AMQP",
  GIT: "GIT",
  TINC: "TINC",
  ADB: "ADB",
  CASSANDRA: "CASSANDRA",
  KAFKA: "KAFKA",
  ORACLE: "ORACLE",
  IEC104: "IEC104",
  SYSLOG: "SYSLOG",
  ZABBIX: "ZABBIX",
  BITTORRENT: "BITTORRENT",
  BGP: "BGP",
  MODBUS: "MODBUS",
  WINBOX: "WINBOX",
  COTP: "COTP",
  S7COMM: "COTP",
  MMS: "COTP",
  OPCUA: "OPCUA",
  FASTCGI: "FASTCGI",
  AJP: "AJP",
  KERBEROS: "KERBEROS",
  DCERPC: "DCERPC",
  RPC: "ONCRPC",
  DICOM: "DICOM",
  HL7: "HL7",
  ETHERNETIP: "ETHERNETIP",
  ADS: "ADS",
  ZEROMQ: "ZMTP",
  THRIFT: "THRIFT",
  NATS: "NATS",
  JRMI: "JRMI",
  PROXY: "PROXY",
  SMPP: "SMPP",
};

/**
 * The detector of each label of a UDP flow. LLMNR has the messages of DNS, and
 * BT_DHT and BITTORRENT are one.
 */
const DATAGRAM_DETECTOR_OF: Readonly<Record<string, string>> = {
  QUIC: "QUIC",
  GQUIC: "GQUIC",
  DNS: "DNS",
  LLMNR: "DNS",
  WIREGUARD: "WIREGUARD",
  STUN: "STUN",
  DTLS: "DTLS",
  OPENVPN: "OPENVPN",
  SIP: "SIP",
  NTP: "NTP",
  SYSLOG: "SYSLOG",
  RADIUS: "RADIUS",
  SNMP: "SNMP",
  IPSEC: "IKE",
  TFTP: "TFTP",
  COAP: "COAP",
  RAKNET: "RAKNET",
  SOURCE_ENGINE: "SOURCE",
  TEAMSPEAK: "TEAMSPEAK",
  BT_DHT: "BITTORRENT",
  BITTORRENT: "BITTORRENT",
  KERBEROS: "KERBEROS",
  CLDAP: "LDAP",
  L2TP: "L2TP",
  RTP: "RTP",
};

/** Tags of flows whose opening is not there, or is noise made by a fuzzer. */
const NO_OPENING = [
  "truncated",
  "gap",
  "fuzz_pcap",
  "hello_not_decoded",
  "tls_not_hello",
  "incomplete",
  "quic_not_initial",
  "dtls_not_hello",
  "wg_not_init",
];

/** The detector that should find a flow; `null`: none should. */
export function detectorOf({ transport, expect }: Case): string | null {
  const detectors = transport === "udp" ? DATAGRAM_DETECTOR_OF : DETECTOR_OF;
  return detectors[expect.protocol ?? ""] ?? null;
}

/**
 * Whether the detector of a flow must find it: the dissectors agree, the client
 * speaks first, and its opening is whole.
 */
export function isFair(flow: Case): boolean {
  return flow.ambiguous !== true && !flow.server_first &&
    !Object.hasOwn(NO_OPENINGS, flow.id) &&
    !flow.tags.some((tag) => NO_OPENING.includes(tag));
}
