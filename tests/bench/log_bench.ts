/**
 * What a connection's log line costs the thread that serves it:
 * `deno task bench:micro`.
 */
import { logReport } from "../../src/observe/connection_log.ts";
import { type LogFormat, Logger } from "../../src/observe/log.ts";
import { LogQueue } from "../../src/observe/log_queue.ts";
import type { Report } from "../../src/observe/report.ts";

const REPORT: Report = Object.freeze({
  id: 48_211,
  acceptedAt: Date.UTC(2026, 0, 2),
  listener: "0.0.0.0:443",
  client: "192.0.2.17:41736",
  protocol: "TLS",
  facts: {
    version: "1.3",
    sni: "www.example.com",
    alpn: ["h2", "http/1.1"],
    ja4: "t13d1516h2_8daaf6152771_02713d6af862",
  },
  rule: "TLS/SNI www.example.com",
  target: "127.0.0.1:8443",
  bytesUp: 780,
  bytesDown: 1183,
  detectMs: 2.2071,
  dialMs: 0.8834,
  totalMs: 37.7201,
  reason: "client_eof",
  verdicts: [],
});

for (const format of ["json", "text"] as LogFormat[]) {
  const write = (bytes: Uint8Array) => Promise.resolve(bytes.length);
  const logger = new Logger({ format, write: new LogQueue({ write }) });
  Deno.bench(`64 turns with a connection's line as ${format}`, async () => {
    for (let i = 0; i < 64; i++) {
      logReport(logger, REPORT);
      await Promise.resolve();
    }
  });
}
