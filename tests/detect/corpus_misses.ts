/**
 * Flows of the corpus that the detectors do not name, each with what is in its
 * bytes. The corpus' own tags leave out openings that are not whole.
 */
export const EXPLAINED_MISSES: Readonly<Record<string, string>> = {
  "zeek/irc-353.pcap#tcp1":
    "`353 ` and a line end, which a server says and no client; named by its port",
  "zeek/irc-dcc-send.pcapng#tcp2":
    "two people chat by DCC, which is plain text without a protocol",
  "zeek/contentline/telnet-long-line-no-eol.pcapng.gz#tcp0":
    "4 KiB of the letter A; named by its port",
  "tcpdump/tests/bgp-bgp_capabilities_print-oobr-1.pcap#tcp0":
    "no marker, and a length of 0: nothing of BGP is left; named by its port",
  "tcpdump/tests/bgp-ub.pcap#tcp0":
    "the middle of a message, its marker overwritten; named by its port",
  "nDPI/bittorrent_tcp_miss.pcapng#tcp0":
    "the encrypted handshake of BitTorrent, which is made to look like noise",
};

/**
 * Flows that the detectors name but call broken, with what is broken in them.
 * Servers refuse them as well, and no rule takes them.
 */
export const EXPLAINED_BROKEN: Readonly<Record<string, string>> = {
  "PcapPlusPlus/Tests/Packet++Test/PacketExamples/ssl-malformed1.pcap#tcp0":
    "the SNI is cut short",
  // The corpus has 4 KiB of a head of 6 KiB.
  "arkime/tests/pcap/http2-nghttp2.pcap#tcp0": "the head is not complete",
  "malcolm/pcap/plugins/zeek-httpattacks/http.trace#tcp5":
    "there are two Host lines",
  "nDPI/tls_invalid_reads.pcap#tcp0": "no compression method is offered",
  "nDPI/tls_invalid_reads.pcap#tcp2": "the ALPN list is cut short",
  "suricata-verify/tests/bug-5437-01/input.pcap#tcp0":
    "the target holds white space or a control byte",
  // The corpus has 4 KiB of a head that is longer.
  "suricata-verify/tests/bug-8224-01/example-s0.pcap#tcp0":
    "the head is not complete",
  "suricata-verify/tests/http-missing-protocol/input.pcap#tcp0":
    "lines follow a request without a version",
  "suricata-verify/tests/http-uri-spaces/input.pcap#tcp0":
    "the target holds white space or a control byte",
  "suricata-verify/tests/mqtt5-excessiveproplen/input.pcap#tcp0":
    "the properties run past the packet",
  "tcpdump/tests/resp_3_malicious.pcap#tcp12": "there is no command",
  "tcpdump/tests/resp_3_malicious.pcap#tcp6": "there are too many words",
  "tcpdump/tests/resp_3_malicious.pcap#tcp7": "there is no command",
  "zeek/http/261/variant-09-te_obs_fold.pcap#tcp0": "a header line is folded",
  "zeek/http/connect-with-smtp.pcap#tcp0":
    "the target holds white space or a control byte",
  "zeek/http/no-uri.pcap#tcp0": "the request has no target",
};

/** As {@linkcode EXPLAINED_BROKEN}, of flows of datagrams. */
export const EXPLAINED_BROKEN_DATAGRAMS: Readonly<Record<string, string>> = {
  "nDPI/tftp.pcap#udp1": "there is no file name",
};
