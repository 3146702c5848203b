/**
 * Whole openings that leave a detector waiting, each with why: what the client
 * has sent is the beginning of something else.
 */
export const UNDECIDABLE: Readonly<
  Record<"client" | "flow", Readonly<Record<string, string>>>
> = {
  client: {
    "npm:mcsu-fe": "FE alone is the ping of Minecraft to 1.3",
    "npm:mcsu-fe01": "FE 01 is the ping of Minecraft 1.4, and a length",
    "npm:mcsu-legacy": "FE 01 is the ping of Minecraft 1.4, and a length",
    "w3m-gopher": "a bare LF, which may also be the first byte of a length",
  },
  flow: {
    "arkime/tests/pcap/http2-nghttp2.pcap#tcp0":
      "the corpus has 4 KiB of a head of 6 KiB",
    "arkime/tests/pcap/modbus.pcap#tcp6":
      "a scan by a function that Modbus does not have",
    "generated/minecraft/util-statusLegacy#tcp0":
      "FE 01 is the ping of Minecraft 1.4, and a length",
    "mercury/unit_tests/pcaps/capture2.pcap#tcp11":
      "an empty record, behind which OpenSSL takes a ClientHello",
    "mercury/unit_tests/pcaps/capture2.pcap#tcp14":
      "an empty record, behind which OpenSSL takes a ClientHello",
    "suricata-verify/tests/bug-8224-01/example-s0.pcap#tcp0":
      "the corpus has 4 KiB of a head that is longer",
    "tcpdump/tests/resp_3_malicious.pcap#tcp12":
      "an array of no words, which servers of Redis pass over",
    "tcpdump/tests/resp_3_malicious.pcap#tcp7":
      "an array of no words, which servers of Redis pass over",
  },
};
