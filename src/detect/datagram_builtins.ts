/**
 * The detectors for datagrams that come with passthru. What each takes and
 * refuses, by which bytes and by whose papers, stands in its `docs`.
 *
 * @module
 */
import { builtIn } from "./built_in.ts";
import { bittorrent } from "./datagrams/bittorrent.ts";
import { coap } from "./datagrams/coap.ts";
import { dns } from "./datagrams/dns.ts";
import { dtls } from "./datagrams/dtls.ts";
import { gquic } from "./datagrams/gquic.ts";
import { ike } from "./datagrams/ike.ts";
import { kerberos } from "./datagrams/kerberos.ts";
import { l2tp } from "./datagrams/l2tp.ts";
import { ldap } from "./datagrams/ldap.ts";
import { ntp } from "./datagrams/ntp.ts";
import { openvpn } from "./datagrams/openvpn.ts";
import { quic } from "./datagrams/quic.ts";
import { radius } from "./datagrams/radius.ts";
import { raknet } from "./datagrams/raknet.ts";
import { rtp } from "./datagrams/rtp.ts";
import { sip } from "./datagrams/sip.ts";
import { snmp } from "./datagrams/snmp.ts";
import { source } from "./datagrams/source.ts";
import { stun } from "./datagrams/stun.ts";
import { syslog } from "./datagrams/syslog.ts";
import { teamspeak } from "./datagrams/teamspeak.ts";
import { tftp } from "./datagrams/tftp.ts";
import { wireguard } from "./datagrams/wireguard.ts";
import type { DatagramDetector } from "./detector.ts";

/** Every built-in detector for datagrams, the most common protocol first. */
export const DATAGRAM_BUILTINS: readonly DatagramDetector[] = builtIn([
  quic,
  dns,
  wireguard,
  stun,
  dtls,
  openvpn,
  sip,
  ntp,
  syslog,
  radius,
  snmp,
  ike,
  tftp,
  coap,
  raknet,
  source,
  teamspeak,
  bittorrent,
  kerberos,
  ldap,
  l2tp,
  gquic,
  rtp,
]);
