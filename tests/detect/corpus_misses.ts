/**
 * Flows of the corpus that the detectors do not name, each with what is in its
 * bytes. The corpus' own tags leave out openings that are not whole.
 */
export const EXPLAINED_MISSES: Readonly<Record<string, string>> = {
  "PcapPlusPlus/Tests/Packet++Test/PacketExamples/ssl-malformed1.pcap#tcp0":
    "made broken: the list of server names is longer than its extension",
  "nDPI/tls_invalid_reads.pcap#tcp0":
    "made broken: no compression method is offered",
  "nDPI/tls_invalid_reads.pcap#tcp2":
    "made broken: the ALPN list is longer than its extension",
  "malcolm/pcap/plugins/zeek-httpattacks/http.trace#tcp5":
    "two Host lines, which RFC 9112 §3.2 has servers refuse",
  "suricata-verify/tests/bug-5437-01/input.pcap#tcp0":
    "a request line that is not three words, which servers answer with 400",
  "suricata-verify/tests/http-missing-protocol/input.pcap#tcp0":
    "a request line without a version, which is HTTP/0.9",
  "suricata-verify/tests/http-uri-spaces/input.pcap#tcp0":
    "spaces inside the target, which servers answer with 400",
  "zeek/http/connect-with-smtp.pcap#tcp0":
    "a request line that is not three words, which servers answer with 400",
  "zeek/http/no-uri.pcap#tcp0": "a request line without a target",
  "suricata-verify/tests/mqtt5-excessiveproplen/input.pcap#tcp0":
    "made broken: 4351 bytes of properties in a packet of 47",
  "tcpdump/tests/resp_3_malicious.pcap#tcp6": "made broken: an array of -1",
  "tcpdump/tests/resp_3_malicious.pcap#tcp7": "made broken: an array of -20",
  "tcpdump/tests/resp_3_malicious.pcap#tcp12":
    "made broken: an array of more than 10^34",
  "zeek/irc-353.pcap#tcp1": "a server's numeric reply, without a client",
  "zeek/irc-dcc-send.pcapng#tcp2": "a chat of DCC, which has no protocol",
  "zeek/contentline/telnet-long-line-no-eol.pcapng.gz#tcp0":
    "4 KiB of the letter A, to port 23",
  "tcpdump/tests/bgp-bgp_capabilities_print-oobr-1.pcap#tcp0":
    "made broken, to read out of bounds",
  "tcpdump/tests/bgp-ub.pcap#tcp0": "made broken, to read out of bounds",
  "arkime/tests/pcap/modbus.pcap#tcp5":
    "a scan with function 0x81, which only answers have",
  "arkime/tests/pcap/modbus.pcap#tcp6":
    "a scan that starts with function 0, which there is not",
  "nDPI/bittorrent_tcp_miss.pcapng#tcp0":
    "the encrypted handshake of BitTorrent, made to look like noise",
};
