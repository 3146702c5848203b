/** What the corpus has of UDP that begins in the middle, or is named by its port. */

/**
 * UDP flows whose first datagrams are no opening of what they are called, which the
 * corpus has no tag for: each with what they are. A UDP flow has no handshake that
 * would say where it begins.
 */
export const NO_OPENINGS: Readonly<Record<string, string>> = {
  "nDPI/fuzz-2020-02-16-11740.pcap#udp0":
    "RADIUS whose attributes were overwritten with the byte aa",
  "nDPI/lru_ipv6_caches.pcapng#udp1":
    "an acknowledgement in the middle of BitTorrent's transport",
  "nDPI/lru_ipv6_caches.pcapng#udp2":
    "data in the middle of BitTorrent's transport",
  "nDPI/netbios_wildcard_dns_query.pcap#udp0":
    "a question for the state of a NetBIOS node, sent to the port of DNS",
  "nDPI/openvpn.pcap#udp1": "the server's reset",
  "nDPI/raknet.pcap#udp3": "packets of a connection of RakNet that is open",
  "nDPI/sip_hello.pcapng#udp0": "the word `hello`; named by its port",
  "nDPI/teamspeak3.pcap#udp1":
    "TeamSpeak's list of servers, which is another protocol",
  "nDPI/tftp.pcap#udp0": "a request with neither a file nor a mode",
  "suricata-verify/tests/output-eve-tftp-01/input.pcap#udp1":
    "the blocks of a transfer by TFTP",
  "suricata-verify/tests/tftp-tx-handling-wrq/input.pcap#udp1":
    "the acknowledgements of a transfer by TFTP",
  "tcpdump/tests/espudp1.pcap#udp0": "ESP, which is encrypted",
  "tcpdump/tests/ikev2-id-short.pcap#udp0":
    "a later exchange of IKE, made up without SPIs",
  "zeek/syslog-missing-pri.pcap#udp0":
    "text without a priority, which says that it is no syslog message",
};
