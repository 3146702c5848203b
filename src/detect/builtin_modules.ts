/**
 * The built-in detectors one by one: a config names few of them, and all
 * together are a third of the program.
 *
 * @module
 */
import { builtIn, exportedDetector } from "./built_in.ts";
import type { DatagramDetector, Detector } from "./detector.ts";

/** Loads a module that exports a detector. */
type Load = () => Promise<object>;

const PROTOCOLS: Readonly<Record<string, Load>> = {
  ADB: () => import("./protocols/adb.ts"),
  ADB_SERVER: () => import("./protocols/adb_server.ts"),
  ADS: () => import("./protocols/ads.ts"),
  AJP: () => import("./protocols/ajp.ts"),
  AMQP: () => import("./protocols/amqp.ts"),
  BEANSTALK: () => import("./protocols/beanstalk.ts"),
  BGP: () => import("./protocols/bgp.ts"),
  BITTORRENT: () => import("./protocols/bittorrent.ts"),
  BOLT: () => import("./protocols/bolt.ts"),
  CASSANDRA: () => import("./protocols/cassandra.ts"),
  CLAMD: () => import("./protocols/clamd.ts"),
  CLICKHOUSE: () => import("./protocols/clickhouse.ts"),
  COTP: () => import("./protocols/cotp.ts"),
  DCERPC: () => import("./protocols/dcerpc.ts"),
  DICOM: () => import("./protocols/dicom.ts"),
  DNS: () => import("./protocols/dns.ts"),
  ELASTICSEARCH: () => import("./protocols/elasticsearch.ts"),
  ETHERNETIP: () => import("./protocols/ethernetip.ts"),
  FASTCGI: () => import("./protocols/fastcgi.ts"),
  FIREBIRD: () => import("./protocols/firebird.ts"),
  FLUENTD: () => import("./protocols/fluentd.ts"),
  GEARMAN: () => import("./protocols/gearman.ts"),
  GIT: () => import("./protocols/git.ts"),
  GUACAMOLE: () => import("./protocols/guacamole.ts"),
  HL7: () => import("./protocols/hl7.ts"),
  HTTP: () => import("./protocols/http.ts"),
  HTTP2: () => import("./protocols/http2.ts"),
  IEC104: () => import("./protocols/iec104.ts"),
  IRC: () => import("./protocols/irc.ts"),
  JDWP: () => import("./protocols/jdwp.ts"),
  JRMI: () => import("./protocols/jrmi.ts"),
  KAFKA: () => import("./protocols/kafka.ts"),
  KERBEROS: () => import("./protocols/kerberos.ts"),
  LDAP: () => import("./protocols/ldap.ts"),
  LUMBERJACK: () => import("./protocols/lumberjack.ts"),
  MEMCACHED: () => import("./protocols/memcached.ts"),
  MINECRAFT: () => import("./protocols/minecraft.ts"),
  MODBUS: () => import("./protocols/modbus.ts"),
  MONGODB: () => import("./protocols/mongodb.ts"),
  MQTT: () => import("./protocols/mqtt.ts"),
  MSSQL: () => import("./protocols/mssql.ts"),
  NATS: () => import("./protocols/nats.ts"),
  NUT: () => import("./protocols/nut.ts"),
  ONCRPC: () => import("./protocols/oncrpc.ts"),
  OPCUA: () => import("./protocols/opcua.ts"),
  OPENVPN: () => import("./protocols/openvpn.ts"),
  ORACLE: () => import("./protocols/oracle.ts"),
  POSTGRES: () => import("./protocols/postgres.ts"),
  PROXY: () => import("./protocols/proxy.ts"),
  RCON: () => import("./protocols/rcon.ts"),
  RDP: () => import("./protocols/rdp.ts"),
  REDIS: () => import("./protocols/redis.ts"),
  RELP: () => import("./protocols/relp.ts"),
  ROUTEROS: () => import("./protocols/routeros.ts"),
  RSYNC: () => import("./protocols/rsync.ts"),
  RTMP: () => import("./protocols/rtmp.ts"),
  RTSP: () => import("./protocols/rtsp.ts"),
  SIP: () => import("./protocols/sip.ts"),
  SMB: () => import("./protocols/smb.ts"),
  SMPP: () => import("./protocols/smpp.ts"),
  SOCKS: () => import("./protocols/socks.ts"),
  SPICE: () => import("./protocols/spice.ts"),
  SSH: () => import("./protocols/ssh.ts"),
  STOMP: () => import("./protocols/stomp.ts"),
  STUN: () => import("./protocols/stun.ts"),
  SYSLOG: () => import("./protocols/syslog.ts"),
  TELNET: () => import("./protocols/telnet.ts"),
  THRIFT: () => import("./protocols/thrift.ts"),
  TINC: () => import("./protocols/tinc.ts"),
  TLS: () => import("./protocols/tls.ts"),
  WINBOX: () => import("./protocols/winbox.ts"),
  X11: () => import("./protocols/x11.ts"),
  XMPP: () => import("./protocols/xmpp.ts"),
  ZABBIX: () => import("./protocols/zabbix.ts"),
  ZMTP: () => import("./protocols/zmtp.ts"),
  ZOOKEEPER: () => import("./protocols/zookeeper.ts"),
};

const DATAGRAMS: Readonly<Record<string, Load>> = {
  BITTORRENT: () => import("./datagrams/bittorrent.ts"),
  COAP: () => import("./datagrams/coap.ts"),
  DNS: () => import("./datagrams/dns.ts"),
  DTLS: () => import("./datagrams/dtls.ts"),
  GQUIC: () => import("./datagrams/gquic.ts"),
  IKE: () => import("./datagrams/ike.ts"),
  KERBEROS: () => import("./datagrams/kerberos.ts"),
  L2TP: () => import("./datagrams/l2tp.ts"),
  LDAP: () => import("./datagrams/ldap.ts"),
  NTP: () => import("./datagrams/ntp.ts"),
  OPENVPN: () => import("./datagrams/openvpn.ts"),
  QUIC: () => import("./datagrams/quic.ts"),
  RADIUS: () => import("./datagrams/radius.ts"),
  RAKNET: () => import("./datagrams/raknet.ts"),
  RTP: () => import("./datagrams/rtp.ts"),
  SIP: () => import("./datagrams/sip.ts"),
  SNMP: () => import("./datagrams/snmp.ts"),
  SOURCE: () => import("./datagrams/source.ts"),
  STUN: () => import("./datagrams/stun.ts"),
  SYSLOG: () => import("./datagrams/syslog.ts"),
  TEAMSPEAK: () => import("./datagrams/teamspeak.ts"),
  TFTP: () => import("./datagrams/tftp.ts"),
  WIREGUARD: () => import("./datagrams/wireguard.ts"),
};

/**
 * Loads the built-in detectors with some names, for TCP and for datagrams.
 *
 * @param names Names that no detector has are passed over.
 */
export async function loadBuiltins(
  names: Iterable<string>,
): Promise<readonly (Detector | DatagramDetector)[]> {
  const loads = [...new Set(names)].flatMap((name) =>
    [PROTOCOLS, DATAGRAMS].flatMap((modules) =>
      Object.hasOwn(modules, name) ? detectorOf(name, modules[name]!()) : []
    )
  );
  return builtIn(await Promise.all(loads));
}

/** Where the module of a built-in detector for TCP is; `null`: there is none. */
export function builtinModule(name: string): URL | null {
  return Object.hasOwn(PROTOCOLS, name)
    ? new URL(`./protocols/${name.toLowerCase()}.ts`, import.meta.url)
    : null;
}

async function detectorOf(name: string, module: Promise<object>) {
  return exportedDetector(name, await module);
}
