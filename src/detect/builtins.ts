/**
 * The detectors that come with passthru. What each takes and refuses, by which
 * bytes and by whose papers, stands in its `docs`.
 *
 * @module
 */
import type { Detector } from "./detector.ts";
import { builtIn } from "./built_in.ts";
import { adb } from "./protocols/adb.ts";
import { adbServer } from "./protocols/adb_server.ts";
import { ads } from "./protocols/ads.ts";
import { ajp } from "./protocols/ajp.ts";
import { amqp } from "./protocols/amqp.ts";
import { beanstalk } from "./protocols/beanstalk.ts";
import { bgp } from "./protocols/bgp.ts";
import { bittorrent } from "./protocols/bittorrent.ts";
import { bolt } from "./protocols/bolt.ts";
import { cassandra } from "./protocols/cassandra.ts";
import { clamd } from "./protocols/clamd.ts";
import { clickhouse } from "./protocols/clickhouse.ts";
import { cotp } from "./protocols/cotp.ts";
import { dcerpc } from "./protocols/dcerpc.ts";
import { dicom } from "./protocols/dicom.ts";
import { dns } from "./protocols/dns.ts";
import { elasticsearch } from "./protocols/elasticsearch.ts";
import { ethernetip } from "./protocols/ethernetip.ts";
import { fastcgi } from "./protocols/fastcgi.ts";
import { firebird } from "./protocols/firebird.ts";
import { fluentd } from "./protocols/fluentd.ts";
import { gearman } from "./protocols/gearman.ts";
import { git } from "./protocols/git.ts";
import { guacamole } from "./protocols/guacamole.ts";
import { hl7 } from "./protocols/hl7.ts";
import { http } from "./protocols/http.ts";
import { http2 } from "./protocols/http2.ts";
import { iec104 } from "./protocols/iec104.ts";
import { irc } from "./protocols/irc.ts";
import { jdwp } from "./protocols/jdwp.ts";
import { jrmi } from "./protocols/jrmi.ts";
import { kafka } from "./protocols/kafka.ts";
import { kerberos } from "./protocols/kerberos.ts";
import { ldap } from "./protocols/ldap.ts";
import { lumberjack } from "./protocols/lumberjack.ts";
import { memcached } from "./protocols/memcached.ts";
import { minecraft } from "./protocols/minecraft.ts";
import { modbus } from "./protocols/modbus.ts";
import { mongodb } from "./protocols/mongodb.ts";
import { mqtt } from "./protocols/mqtt.ts";
import { mssql } from "./protocols/mssql.ts";
import { nats } from "./protocols/nats.ts";
import { nut } from "./protocols/nut.ts";
import { oncrpc } from "./protocols/oncrpc.ts";
import { opcua } from "./protocols/opcua.ts";
import { openvpn } from "./protocols/openvpn.ts";
import { oracle } from "./protocols/oracle.ts";
import { postgres } from "./protocols/postgres.ts";
import { proxy } from "./protocols/proxy.ts";
import { rcon } from "./protocols/rcon.ts";
import { rdp } from "./protocols/rdp.ts";
import { redis } from "./protocols/redis.ts";
import { relp } from "./protocols/relp.ts";
import { routeros } from "./protocols/routeros.ts";
import { rsync } from "./protocols/rsync.ts";
import { rtmp } from "./protocols/rtmp.ts";
import { rtsp } from "./protocols/rtsp.ts";
import { sip } from "./protocols/sip.ts";
import { smb } from "./protocols/smb.ts";
import { smpp } from "./protocols/smpp.ts";
import { socks } from "./protocols/socks.ts";
import { spice } from "./protocols/spice.ts";
import { ssh } from "./protocols/ssh.ts";
import { stomp } from "./protocols/stomp.ts";
import { stun } from "./protocols/stun.ts";
import { syslog } from "./protocols/syslog.ts";
import { telnet } from "./protocols/telnet.ts";
import { thrift } from "./protocols/thrift.ts";
import { tinc } from "./protocols/tinc.ts";
import { tls } from "./protocols/tls.ts";
import { winbox } from "./protocols/winbox.ts";
import { x11 } from "./protocols/x11.ts";
import { xmpp } from "./protocols/xmpp.ts";
import { zabbix } from "./protocols/zabbix.ts";
import { zmtp } from "./protocols/zmtp.ts";
import { zookeeper } from "./protocols/zookeeper.ts";

/** Every built-in detector, the most common protocol first. */
export const BUILTINS: readonly Detector[] = builtIn([
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
  ethernetip,
  ads,
  spice,
  guacamole,
  x11,
  zmtp,
  thrift,
  clickhouse,
  routeros,
  rcon,
  relp,
  fluentd,
  lumberjack,
  nats,
  gearman,
  adbServer,
  jdwp,
  jrmi,
  proxy,
  nut,
  beanstalk,
  clamd,
  firebird,
  smpp,
]);
