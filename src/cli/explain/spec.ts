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
  summary: "Explain how a connection is routed, without a network",
  details: [
    "Shows the verdict of each detector on a client's first bytes, the byte at which it decided (counted from 0), and the facts that it found; with a config also the rule, the target, and why the other rules did not match. The same code as for real connections decides.",
    'Takes a sample or an input. A sample is generated: --sni and --alpn make a TLS ClientHello; --host, --path and --method make an HTTP request; --protocol chooses TLS, HTTP, SSH or SILENT (a client that sends nothing). "expect" in a config has the same samples.',
    'An input is one of --hex, --file, --pcap, --jsonl and --listen; "-" as FILE reads standard input. With a config, the detectors, the peek size and the rules of one server are used; without a config, all built-in detectors.',
    "A capture is pcap or pcapng, with Ethernet, Linux cooked, raw IP or loopback packets. Every TCP connection in it is reassembled and explained. For UDP flows, in captures and with the transport udp in --jsonl, it shows the protocol, which parts of a QUIC ClientHello each datagram contained, and the rule of the server for UDP. With --listen it accepts connections until SIGINT, explains each and closes it.",
  ],
  options: [
    {
      long: "sni",
      value: "NAME",
      help: "Sample: a TLS ClientHello with this server name",
    },
    {
      long: "alpn",
      value: "LIST",
      help:
        'Sample: a TLS ClientHello that offers these protocols: "h2,http/1.1"',
    },
    {
      long: "host",
      value: "NAME",
      help: "Sample: an HTTP request for this host",
    },
    {
      long: "path",
      value: "PATH",
      help: "Sample: an HTTP request for this path (default /)",
    },
    {
      long: "method",
      value: "METHOD",
      help: "Sample: an HTTP request with this method (default GET)",
    },
    {
      long: "protocol",
      value: "NAME",
      words: SAMPLE_PROTOCOLS,
      help: "Sample of this protocol: TLS, HTTP, SSH or SILENT",
    },
    { long: "hex", value: "TEXT", help: "Input: bytes as hexadecimal digits" },
    {
      long: "file",
      value: "FILE",
      help: "Input: a file with the client's bytes",
    },
    {
      long: "pcap",
      value: "FILE",
      help: "Input: a capture in pcap or pcapng format",
    },
    {
      long: "jsonl",
      value: "FILE",
      help:
        'Input: lines of {"id": "...", "transport": "tcp", "segments": ["base64", ...]}',
    },
    {
      long: "listen",
      value: "ADDR",
      help: "Input: connections to this address, until SIGINT",
    },
    CONFIG,
    {
      long: "server",
      value: "ADDR",
      help: "Server of the config, as written there (default: the only one)",
    },
    {
      long: "from",
      value: "ADDRESS",
      help:
        "IP address of the client, for FROM conditions (default: from --pcap or --listen)",
    },
    {
      long: "at",
      value: "RFC3339",
      help:
        'Time of the connection, for TIME conditions: "2026-07-01T09:30:00Z" (default: from --pcap or --listen)',
    },
    { long: "time", value: "RFC3339", help: "The same as --at" },
    DETECT_TIMEOUT,
    {
      long: "json",
      help: "Print one JSON object per connection, one per line",
    },
    HELP,
  ],
  examples: [
    [
      "explain passthru.jsonc --sni www.example.com --alpn h2",
      "a TLS client",
    ],
    [
      "explain passthru.jsonc --host www.example.com --from 10.0.0.7",
      "an HTTP client with this address",
    ],
    ["explain --hex 5353482d322e302d780d0a", "only detect the protocol"],
    [
      "explain -c passthru.jsonc --pcap trace.pcap",
      "every connection of a capture",
    ],
    [
      "explain -c passthru.jsonc --listen :8443",
      "connections of a real client",
    ],
  ],
};
