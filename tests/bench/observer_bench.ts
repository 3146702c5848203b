/** What counting costs: all events of one connection, and taking the counts. */
import { CountingObserver } from "../../src/observe/counting_observer.ts";
import type { OpenConnection } from "../../src/observe/observer.ts";
import type { Report } from "../../src/observe/report.ts";
import { NAMES, reportOf } from "../support/counted.ts";

const LISTENER = ":443";
const DIALLED = { target: "10.0.0.5:22", ms: 0.4 };
const REPORT: Report = reportOf(LISTENER, "client_eof", {
  protocol: "SSH",
  rule: "SSH/CATCHALL",
  target: "10.0.0.5:22",
  bytesUp: 700,
  bytesDown: 1_200,
  detectMs: 0.3,
  dialMs: 0.4,
  totalMs: 12,
});

/** A connection that is there already: making one is no part of counting. */
class Connection implements OpenConnection {
  readonly id = 1;
  readonly place: number;
  readonly phase = "forwarding";
  readonly bytes = { up: 700, down: 1_200 };
  readonly detection = { bytes: 40, end: null, opening: "" };

  constructor(place: number) {
    this.place = place;
  }

  snapshot(): Report {
    return REPORT;
  }
}

/** So many are open at a time, and so many come and go in an iteration. */
const OPEN = 500;
const connections = Array.from(
  { length: OPEN },
  (_, place) => new Connection(place),
);
const counting = new CountingObserver(NAMES);

Deno.bench("500 connections, from accept to close", { group: "count" }, () => {
  for (const connection of connections) {
    counting.opened(LISTENER, connection);
    counting.dialled(DIALLED);
  }
  for (const connection of connections) counting.closed(REPORT, connection);
});

const busy = new CountingObserver(NAMES);
for (let i = 0; i < 4_000; i++) {
  const open = new Connection(i);
  busy.opened(LISTENER, open);
}

Deno.bench("4 000 open connections, once a second", { group: "take" }, () => {
  busy.take();
});
