/** Identification alone: all built-in detectors over one whole opening. */
import { BUILTINS } from "../../src/detect/builtins.ts";
import { Identifier } from "../../src/detect/identify.ts";
import { clientHello, records } from "../support/client_hello.ts";

const CANDIDATES = BUILTINS.map((detector) => ({
  detector,
  // Without the fingerprints, which few rules ask for.
  needs: new Set(
    Object.values(detector.rules).map(({ fact }) => fact)
      .filter((fact) => !fact.startsWith("ja")),
  ),
}));

const text = (value: string) => new TextEncoder().encode(value);
const hello = clientHello({ sni: "www.example.com", alpn: ["h2", "http/1.1"] });

const OPENINGS: readonly (readonly [string, Uint8Array])[] = [
  ["TLS", records(hello)],
  ["TLS in records of 100 bytes", records(hello, [100])],
  ["TLS of 4 KiB", records(clientHello({ padding: 4096 }))],
  [
    "HTTP",
    text(
      "GET /index.html?x=1 HTTP/1.1\r\nUser-Agent: bench/1.0\r\nAccept: */*\r\nHost: www.example.com\r\n\r\n",
    ),
  ],
  ["SSH", text("SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n")],
  ["none of them", new Uint8Array(512).fill(0x80)],
];

for (const [name, bytes] of OPENINGS) {
  Deno.bench(name, { group: "identify" }, () => {
    new Identifier(CANDIDATES).look(bytes, false);
  });
}
