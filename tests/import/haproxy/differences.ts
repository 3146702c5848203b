/**
 * Where the import decides otherwise than HAProxy, and why: openings by the end
 * of their names. All openings of the corpus have been tried.
 */

/** A reason, and the openings that it is the reason for. */
export interface Difference {
  readonly reason: string;
  readonly openings: readonly string[];
}

/** All that are known. */
export const DIFFERENCES: readonly Difference[] = [
  {
    reason:
      "req.ssl_* read a ClientHello as far as they need it; passthru reads all of it, and a malformed one is no TLS",
    openings: [
      "ssl-malformed1.pcap#tcp0 TLS",
      "ossfuzz_seed_fake_traces_1.pcapng#tcp4 TLS",
      "ossfuzz_seed_fake_traces_1.pcapng#tcp5 TLS",
      "tls_invalid_reads.pcap#tcp0 TLS",
      "tls_invalid_reads.pcap#tcp2 TLS",
    ],
  },
  {
    reason:
      "req.ssl_hello_type does not know hellos in the form of SSLv2; for passthru they are TLS without a server name",
    openings: [
      "opening of TLS in an SSLv2 hello",
      "pppoe.pcap#tcp0 TLS",
      "bypass-depth-disabled/input.pcap#tcp0 TLS",
      "ssl_version_negated/input.pcap#tcp1 TLS",
      "tls-altname-zero/input.pcap#tcp0 TLS",
      "tls/ssl.v3.pcap#tcp0 TLS",
    ],
  },
  {
    reason:
      "HTTP of HAProxy takes the requests of RTSP and SIP, too, which are protocols of their own in passthru",
    openings: [
      "gtp-iphone.pcap#tcp0 SIP",
      "gtp-iphone.pcap#tcp1 SIP",
      "gtp-iphone.pcap#tcp2 SIP",
      "gtp-iphone.pcap#tcp3 SIP",
      "inputs/rtsp.pcap#tcp0 RTSP",
      "nDPI/rtsp.pcap#tcp1 RTSP",
      "nDPI/rtsp.pcap#tcp2 RTSP",
      "sip-body-large.pcap#tcp0 SIP",
      "sip-tcp.pcap#tcp0 SIP",
    ],
  },
  {
    reason:
      "HTTP of HAProxy does not take requests that it would refuse; for passthru they are HTTP, as long as no rule tests what is wrong with them",
    openings: [
      "http_proxy.pcap#tcp0 HTTP1",
      "http.trace#tcp5 HTTP1",
      "http.trace#tcp7 HTTP1",
      "http.trace#tcp9 HTTP1",
      "bug-5437-01/input.pcap#tcp0 HTTP1",
      "bug-8224-01/example-s0.pcap#tcp0 HTTP1",
      "http-uri-spaces/input.pcap#tcp0 HTTP1",
      "request-line.pcap#tcp1 HTTP1",
      "connect-with-smtp.pcap#tcp0 HTTP1",
    ],
  },
  {
    reason:
      "where a rule tests the host, what passthru reads in two ways or not at all is no HTTP",
    openings: [
      "http-missing-protocol/input.pcap#tcp0 HTTP1",
      "variant-09-te_obs_fold.pcap#tcp0 HTTP1",
    ],
  },
  {
    reason:
      "the first bytes SSH-2.0 become the protocol SSH, which older clients speak, too, and broken ones do not",
    openings: [
      "bug-4903-03/input.pcap#tcp0 SSH",
      "bypass-ssh-enabled/input.pcap#tcp0 SSH",
      "ssh/ssh.pcap#tcp3 SSH",
      "ssh/ssh.pcap#tcp5 SSH",
      "ssh/ssh.pcap#tcp6 SSH",
      "ssh1-ssh2-fingerprints.pcap#tcp1 SSH",
    ],
  },
  {
    reason: "hdr(host) has the port that the client sends; HOST has not",
    openings: ["HTTP www.example.com:8080"],
  },
];

/** Whether an opening is known to be decided otherwise. */
export function isKnown(name: string): boolean {
  return DIFFERENCES.some(({ openings }) =>
    openings.some((ending) => name.endsWith(ending))
  );
}
