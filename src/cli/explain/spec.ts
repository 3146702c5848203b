/**
 * How `passthru explain` is called.
 *
 * @module
 */
import type { CommandSpec } from "../command.ts";
import { SAMPLE_PROTOCOLS } from "./sample.ts";
import { CONFIG, DETECT_TIMEOUT, HELP } from "../shared_options.ts";

/** What its help says. */
export const EXPLAIN_SPEC: CommandSpec = {
  name: "explain",
  summary: "Say why a connection goes where it goes, without a network",
  details: [
    "Shows what each detector says of a client's first bytes, at which byte (counted from 0) it made up its mind, and what it learnt; with a config also the rule, the target, and why the other rules lost. It decides with the code that serves connections.",
    'Give it a sample or an input. A sample is what a client of this kind sends: --sni and --alpn make a TLS ClientHello, --host, --path and --method the head of an HTTP request, and --protocol chooses TLS, HTTP, SSH or SILENT (a client that sends nothing). They are the samples of "expect" in a config.',
    'An input is one of --hex, --file, --pcap, --jsonl and --listen; "-" as FILE reads standard input. With a config it takes the detectors, the facts, the peek size and the rules of one server; without one, all built-in detectors.',
    "A capture may be pcap or pcapng, of Ethernet, Linux cooked, raw IP or loopback; every TCP connection in it is put together and explained. Of UDP flows, in captures and with the transport udp in --jsonl, it says what they are and which pieces of a QUIC hello came in which datagram, and where a server for UDP sends them. With --listen it accepts connections until SIGINT, explains each and closes it.",
  ],
  options: [
    {
      long: "sni",
      value: "NAME",
      help: "A TLS ClientHello with this server name",
    },
    {
      long: "alpn",
      value: "LIST",
      help: 'A TLS ClientHello that offers these protocols: "h2,http/1.1"',
    },
    { long: "host", value: "NAME", help: "An HTTP request for this host" },
    {
      long: "path",
      value: "PATH",
      help: "An HTTP request for this path (default /)",
    },
    {
      long: "method",
      value: "METHOD",
      help: "An HTTP request by this method (default GET)",
    },
    {
      long: "protocol",
      value: "NAME",
      words: SAMPLE_PROTOCOLS,
      help: "What the client speaks: TLS, HTTP, SSH or SILENT",
    },
    { long: "hex", value: "TEXT", help: "Bytes as hex digits" },
    { long: "file", value: "FILE", help: "Bytes as they are" },
    { long: "pcap", value: "FILE", help: "A capture, pcap or pcapng" },
    {
      long: "jsonl",
      value: "FILE",
      help:
        'Lines of {"id": "...", "transport": "tcp", "segments": ["base64", ...]}',
    },
    { long: "listen", value: "ADDR", help: "Connections to an address" },
    CONFIG,
    {
      long: "server",
      value: "ADDR",
      help: "The server of the config, as it spells it (default the only one)",
    },
    {
      long: "from",
      value: "ADDRESS",
      help:
        "The client's IP address for FROM rules (default that of --pcap and --listen)",
    },
    {
      long: "at",
      value: "RFC3339",
      help:
        'When it is accepted for TIME rules: "2026-07-01T09:30:00Z" (default that of --pcap and --listen)',
    },
    { long: "time", value: "RFC3339", help: "The same as --at" },
    DETECT_TIMEOUT,
    { long: "json", help: "Print one JSON object a line and connection" },
    HELP,
  ],
  examples: [
    [
      "explain passthru.jsonc --sni www.example.com --alpn h2",
      "where does this go",
    ],
    [
      "explain passthru.jsonc --host www.example.com --from 10.0.0.7",
      "and this, from there",
    ],
    ["explain --hex 5353482d322e302d780d0a", "which protocol is this"],
    ["explain -c passthru.jsonc --pcap trace.pcap", "where would these go"],
    ["explain -c passthru.jsonc --listen :8443", "try a client"],
  ],
};
