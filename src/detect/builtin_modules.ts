/**
 * The built-in detectors one by one: a config names few of them, and all
 * together are a third of the program.
 *
 * @module
 */
import { builtIn, exportedDetector } from "./built_in.ts";
import type { DatagramDetector, Detector } from "./detector.ts";

const PROTOCOLS: ReadonlySet<string> = new Set([
  "ADB",
  "ADB_SERVER",
  "ADS",
  "AJP",
  "AMQP",
  "BEANSTALK",
  "BGP",
  "BITTORRENT",
  "BOLT",
  "CASSANDRA",
  "CLAMD",
  "CLICKHOUSE",
  "COTP",
  "DCERPC",
  "DICOM",
  "DNS",
  "ELASTICSEARCH",
  "ETHERNETIP",
  "FASTCGI",
  "FIREBIRD",
  "FLUENTD",
  "GEARMAN",
  "GIT",
  "GUACAMOLE",
  "HL7",
  "HTTP",
  "HTTP2",
  "IEC104",
  "IRC",
  "JDWP",
  "JRMI",
  "KAFKA",
  "KERBEROS",
  "LDAP",
  "LUMBERJACK",
  "MEMCACHED",
  "MINECRAFT",
  "MODBUS",
  "MONGODB",
  "MQTT",
  "MSSQL",
  "NATS",
  "NUT",
  "ONCRPC",
  "OPCUA",
  "OPENVPN",
  "ORACLE",
  "POSTGRES",
  "PROXY",
  "RCON",
  "RDP",
  "REDIS",
  "RELP",
  "ROUTEROS",
  "RSYNC",
  "RTMP",
  "RTSP",
  "SIP",
  "SMB",
  "SMPP",
  "SOCKS",
  "SPICE",
  "SSH",
  "STOMP",
  "STUN",
  "SYSLOG",
  "TELNET",
  "THRIFT",
  "TINC",
  "TLS",
  "WINBOX",
  "X11",
  "XMPP",
  "ZABBIX",
  "ZMTP",
  "ZOOKEEPER",
]);

const DATAGRAMS: ReadonlySet<string> = new Set([
  "BITTORRENT",
  "COAP",
  "DNS",
  "DTLS",
  "GQUIC",
  "IKE",
  "KERBEROS",
  "L2TP",
  "LDAP",
  "NTP",
  "OPENVPN",
  "QUIC",
  "RADIUS",
  "RAKNET",
  "RTP",
  "SIP",
  "SNMP",
  "SOURCE",
  "STUN",
  "SYSLOG",
  "TEAMSPEAK",
  "TFTP",
  "WIREGUARD",
]);

/**
 * Loads the built-in detectors with some names, for TCP and for datagrams.
 *
 * @param names Names that no detector has are passed over.
 */
export async function loadBuiltins(
  names: Iterable<string>,
): Promise<readonly (Detector | DatagramDetector)[]> {
  const loads = [...new Set(names)].flatMap((name) =>
    [builtinModule(name), datagramModule(name)]
      .filter((module) => module !== null)
      .map((module) => load(name, module))
  );
  return builtIn(await Promise.all(loads));
}

/** Where the module of a built-in detector for TCP is; `null`: there is none. */
export function builtinModule(name: string): URL | null {
  return PROTOCOLS.has(name) ? moduleIn("protocols", name) : null;
}

function datagramModule(name: string): URL | null {
  return DATAGRAMS.has(name) ? moduleIn("datagrams", name) : null;
}

function moduleIn(folder: string, name: string): URL {
  return new URL(`./${folder}/${name.toLowerCase()}.ts`, import.meta.url);
}

async function load(
  name: string,
  module: URL,
): Promise<Detector | DatagramDetector> {
  return exportedDetector(name, await import(module.href));
}
