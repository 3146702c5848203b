/**
 * The detectors that come with passthru. What each takes and refuses, by which
 * bytes and by whose papers, stands in its `docs`.
 *
 * @module
 */
import type { Detector } from "./detector.ts";
import { adb } from "./protocols/adb.ts";
import { ajp } from "./protocols/ajp.ts";
import { amqp } from "./protocols/amqp.ts";
import { bgp } from "./protocols/bgp.ts";
import { bittorrent } from "./protocols/bittorrent.ts";
import { bolt } from "./protocols/bolt.ts";
import { cassandra } from "./protocols/cassandra.ts";
import { cotp } from "./protocols/cotp.ts";
import { dcerpc } from "./protocols/dcerpc.ts";
import { dicom } from "./protocols/dicom.ts";
import { dns } from "./protocols/dns.ts";
import { elasticsearch } from "./protocols/elasticsearch.ts";
import { fastcgi } from "./protocols/fastcgi.ts";
import { git } from "./protocols/git.ts";
import { hl7 } from "./protocols/hl7.ts";
import { http } from "./protocols/http.ts";
import { http2 } from "./protocols/http2.ts";
import { iec104 } from "./protocols/iec104.ts";
import { irc } from "./protocols/irc.ts";
import { kafka } from "./protocols/kafka.ts";
import { kerberos } from "./protocols/kerberos.ts";
import { ldap } from "./protocols/ldap.ts";
import { memcached } from "./protocols/memcached.ts";
import { minecraft } from "./protocols/minecraft.ts";
import { modbus } from "./protocols/modbus.ts";
import { mongodb } from "./protocols/mongodb.ts";
import { mqtt } from "./protocols/mqtt.ts";
import { mssql } from "./protocols/mssql.ts";
import { oncrpc } from "./protocols/oncrpc.ts";
import { opcua } from "./protocols/opcua.ts";
import { openvpn } from "./protocols/openvpn.ts";
import { oracle } from "./protocols/oracle.ts";
import { postgres } from "./protocols/postgres.ts";
import { rdp } from "./protocols/rdp.ts";
import { redis } from "./protocols/redis.ts";
import { rsync } from "./protocols/rsync.ts";
import { rtmp } from "./protocols/rtmp.ts";
import { rtsp } from "./protocols/rtsp.ts";
import { sip } from "./protocols/sip.ts";
import { smb } from "./protocols/smb.ts";
import { socks } from "./protocols/socks.ts";
import { ssh } from "./protocols/ssh.ts";
import { stomp } from "./protocols/stomp.ts";
import { stun } from "./protocols/stun.ts";
import { syslog } from "./protocols/syslog.ts";
import { telnet } from "./protocols/telnet.ts";
import { tinc } from "./protocols/tinc.ts";
import { tls } from "./protocols/tls.ts";
import { winbox } from "./protocols/winbox.ts";
import { xmpp } from "./protocols/xmpp.ts";
import { zabbix } from "./protocols/zabbix.ts";
import { zookeeper } from "./protocols/zookeeper.ts";

/** Every built-in detector, the most common protocol first. */
export const BUILTINS: readonly Detector[] = [
  tls,
  http2,
  http,
  ssh,
  socks,
  rdp,
  postgres,
  mqtt,
  redis,
  xmpp,
  openvpn,
  dns,
  rsync,
  stun,
  irc,
  memcached,
  telnet,
  minecraft,
  rtmp,
  rtsp,
  sip,
  mongodb,
  mssql,
  ldap,
  smb,
  amqp,
  bittorrent,
  git,
  tinc,
  adb,
  cassandra,
  kafka,
  oracle,
  bgp,
  modbus,
  iec104,
  syslog,
  zabbix,
  winbox,
  elasticsearch,
  bolt,
  stomp,
  cotp,
  opcua,
  fastcgi,
  ajp,
  zookeeper,
  kerberos,
  dcerpc,
  oncrpc,
  dicom,
  hl7,
];
