/** What a logger of a test's own writes. */
import { Logger, type LoggerOptions } from "../../src/observe/log.ts";
import type { Report } from "../../src/observe/report.ts";

/** What is written by the logger that `use` is given. */
export function logged(
  options: Partial<LoggerOptions>,
  use: (logger: Logger) => void,
): string {
  let text = "";
  const logger = new Logger({
    write: (lines) => text += lines,
    now: () => Date.UTC(2026, 0, 2, 3, 4, 5, 6),
    ...options,
  });
  use(logger);
  logger.flush();
  return text;
}

/** A connection that went well. */
export const REPORT: Report = Object.freeze({
  id: 7,
  acceptedAt: 0,
  listener: ":443",
  client: "192.0.2.1:5555",
  protocol: "TLS",
  facts: { sni: "a.example", alpn: ["h2", "http/1.1"] },
  rule: "TLS/SNI a.example",
  name: "site",
  target: "127.0.0.1:8443",
  bytesUp: 10,
  bytesDown: 20,
  detectMs: 1.23456,
  dialMs: 0.5,
  totalMs: 2000,
  reason: "client_eof",
  verdicts: [],
});
