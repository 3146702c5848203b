/** Connections that never were, for who counts them. */
import type { CloseReason } from "../../src/errors.ts";
import type { CountedNames } from "../../src/observe/counted_names.ts";
import { CountingObserver } from "../../src/observe/counting_observer.ts";
import type {
  Detection,
  OpenConnection,
  Phase,
} from "../../src/observe/observer.ts";
import type { ProcessFacts } from "../../src/observe/process_facts.ts";
import { ProcessCounts } from "../../src/observe/process_counts.ts";
import type { Report } from "../../src/observe/report.ts";

/** What a connection turns out to be. */
export type Fate = Partial<
  Pick<
    Report,
    "protocol" | "rule" | "target" | "detectMs" | "dialMs" | "totalMs" | "error"
  >
>;

/** A report of a connection of which nothing is known but this. */
export function reportOf(
  listener: string,
  reason: CloseReason,
  more: Partial<Report> = {},
): Report {
  return {
    id: 1,
    acceptedAt: 1_700_000_000_000,
    listener,
    client: "192.0.2.7:49152",
    protocol: null,
    facts: {},
    rule: null,
    target: null,
    bytesUp: 0,
    bytesDown: 0,
    detectMs: null,
    dialMs: null,
    totalMs: 1,
    reason,
    verdicts: [],
    ...more,
  };
}

/** A connection that goes its way as a test says. */
export class FakeConnection implements OpenConnection {
  static #made = 0;
  readonly id = 1;
  readonly place = FakeConnection.#made++;
  readonly listener: string;
  phase: Phase = "peeking";
  bytes = { up: 0, down: 0 };
  detection: Detection | null = null;
  /** How often its report was asked for. */
  snapshots = 0;
  #fate: Fate = {};
  readonly #observer: CountingObserver;

  /** Is let in. */
  constructor(listener: string, observer: CountingObserver) {
    this.listener = listener;
    this.#observer = observer;
    observer.opened(listener, this);
  }

  snapshot(): Report {
    this.snapshots++;
    return this.#report("client_eof");
  }

  /** Is identified. */
  detect(fate: Fate, detection: Partial<Detection> = {}): void {
    this.#fate = { detectMs: 1, ...fate };
    this.detection = { bytes: 40, end: null, opening: "", ...detection };
  }

  /**
   * Is joined to a target.
   *
   * @param configured The target as the config has it, which dials count under.
   */
  join(target: string, configured: string = target): void {
    this.#observer.dialled({ target: configured, ms: 1 });
    this.#fate = { ...this.#fate, target, dialMs: 1 };
    this.phase = "forwarding";
  }

  /** Bytes flow. */
  flow(up: number, down: number): void {
    this.bytes = { up: this.bytes.up + up, down: this.bytes.down + down };
  }

  close(reason: CloseReason, more: Fate = {}): void {
    this.#fate = { ...this.#fate, ...more };
    this.#observer.closed(this.#report(reason), this);
  }

  #report(reason: CloseReason): Report {
    const { up, down } = this.bytes;
    const more = { bytesUp: up, bytesDown: down, ...this.#fate };
    return reportOf(this.listener, reason, more);
  }
}

/** A config of a listener with two targets, one of which clients name. */
export const NAMES: CountedNames = {
  listeners: [{
    listener: ":443",
    protocols: ["TLS", "SSH"],
    rules: [
      { rule: "TLS/SNI *.example.com", targets: ["{sni}:443"], named: true },
      { rule: "SSH/CATCHALL", targets: ["10.0.0.5:22"], named: false },
    ],
  }],
};

/** A process of which nothing is known but that it runs. */
export const FACTS: ProcessFacts = {
  version: "0.1.0",
  deno: "2.9.6",
  startedAt: 1_700_000_000_000,
  reloads: { ok: 0, failed: 0, lastOk: true, lastOkAt: 1_700_000_000_000 },
  workers: [{ state: "serving" }],
  crashes: 0,
  targets: [{ target: "10.0.0.5:22", healthy: null }],
};

/** The values of Prometheus' text by their series, without comments. */
export function samplesOf(text: string): Map<string, number> {
  return new Map(
    text.split("\n").filter((line) => line !== "" && !line.startsWith("#"))
      .map((line) => {
        const at = line.lastIndexOf(" ");
        return [line.slice(0, at), Number(line.slice(at + 1))];
      }),
  );
}

/** The samples of what was counted. */
export function samples(
  counts: ProcessCounts,
  facts: ProcessFacts = FACTS,
): Map<string, number> {
  return samplesOf(counts.prometheusText(facts));
}

/** An observer, and all that it has counted. */
export class Counted {
  /** Counts by {@linkcode NAMES}. */
  readonly observer = new CountingObserver(NAMES);
  /** What was taken of it. */
  readonly counts = new ProcessCounts();

  constructor() {
    this.counts.expect(this, NAMES);
  }

  /** A connection that was let in. */
  open(): FakeConnection {
    return new FakeConnection(":443", this.observer);
  }

  /** Takes what is new, and gives the value of each series. */
  read(...series: string[]): number[] {
    this.counts.add(this.observer.take());
    const values = samples(this.counts);
    return series.map((name) => values.get(`passthru_${name}`) ?? NaN);
  }
}
