/** Made-up connections for tests: reports, and open ones. */
import type { ConnectionBookOptions } from "../../src/observe/connection_book.ts";
import { ConnectionBook } from "../../src/observe/connection_book.ts";
import type { OpenConnection } from "../../src/observe/observer.ts";
import type { Report } from "../../src/observe/report.ts";

/** The report of a TLS connection that went well. */
export function reportOf(id: number, fields: Partial<Report> = {}): Report {
  return {
    id,
    acceptedAt: 1_000 + id,
    listener: ":443",
    client: `192.0.2.1:${id}`,
    protocol: "TLS",
    facts: { sni: `host${id}.example` },
    rule: "TLS/CATCHALL",
    target: "127.0.0.1:8443",
    bytesUp: 0,
    bytesDown: 0,
    detectMs: 1,
    dialMs: 2,
    totalMs: 3,
    reason: "client_eof",
    verdicts: [],
    ...fields,
  };
}

/** An open connection that forwards, and how often it was asked. */
export interface FakeConnection extends OpenConnection {
  snapshots: number;
}

/** An open connection with such a report. */
export function openOf(
  report: Report,
  fields: Partial<OpenConnection> = {},
): FakeConnection {
  return {
    id: report.id,
    place: report.id,
    phase: "forwarding",
    bytes: { up: report.bytesUp, down: report.bytesDown },
    detection: null,
    snapshots: 0,
    snapshot() {
      this.snapshots++;
      return report;
    },
    ...fields,
  };
}

/** A book that nobody watches. */
export function quietBook(
  options: Partial<ConnectionBookOptions> = {},
): ConnectionBook {
  return new ConnectionBook({
    generation: 1,
    worker: 0,
    isWatched: () => false,
    onReports: () => {},
    ...options,
  });
}
