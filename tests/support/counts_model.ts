/** Data planes that count, and a naive model of what they should come to. */
import { assertEquals } from "@std/assert";
import type { CloseReason } from "../../src/errors.ts";
import type { CountedNames } from "../../src/observe/counted_names.ts";
import { CountingObserver } from "../../src/observe/counting_observer.ts";
import { ProcessCounts } from "../../src/observe/process_counts.ts";
import { type FakeConnection, reportOf, samples } from "./counted.ts";

/** Listeners of the config. */
export const LISTENERS = [":1", ":2"] as const;
/** What connections turn out to be, and the target that they count under. */
export const FATES = [
  { protocol: "SSH", rule: "SSH/CATCHALL", target: "a:1", counts: "a:1" },
  { protocol: "SSH", rule: "SSH/CATCHALL", target: "b:1", counts: "b:1" },
  {
    protocol: "TLS",
    rule: "TLS/SNI *",
    target: "x.y:443",
    counts: "{sni}:443",
  },
  {
    protocol: "TLS",
    rule: "TLS/SNI *",
    target: "z.y:443",
    counts: "{sni}:443",
  },
  { protocol: null, rule: null, target: null, counts: null },
] as const;
/** What a connection turns out to be. */
export type Fate = typeof FATES[number];
/** How they end. */
export const REASONS = ["client_eof", "target_eof", "drain_deadline"] as const;

const NAMES: CountedNames = {
  listeners: LISTENERS.map((listener) => ({
    listener,
    protocols: ["SSH", "TLS"],
    rules: [
      { rule: "SSH/CATCHALL", targets: ["a:1", "b:1"], named: false },
      { rule: "TLS/SNI *", targets: ["{sni}:443"], named: true },
    ],
  })),
};

/** A connection, and what a naive model remembers of it. */
export interface Known {
  readonly conn: FakeConnection;
  fate: Fate | null;
  isJoined: boolean;
  reason: CloseReason | null;
}

type Sums = Map<string, number>;

function add(sums: Sums, series: string, by: number): void {
  if (by !== 0) sums.set(series, (sums.get(series) ?? 0) + by);
}

/** A data plane, and what it has sent. */
export class Plane {
  readonly observer = new CountingObserver(NAMES);
  readonly sink;
  readonly known: Known[] = [];
  #refused = 0;
  #sent: Sums = new Map();
  readonly #counts: ProcessCounts;

  constructor(counts: ProcessCounts) {
    this.#counts = counts;
    this.sink = counts.sink();
  }

  refuse(): void {
    const report = reportOf(":1", "limit", { error: "in deny" });
    this.observer.closed(report, null);
    this.#refused++;
  }

  take(): void {
    this.sink.add(this.observer.take());
    this.#sent = this.#model();
  }

  /** @returns What stays of it. */
  crash(): Sums {
    this.sink.retire();
    return new Map(
      [...this.#sent].filter(([series]) => !series.includes("_active")),
    );
  }

  get sums(): Sums {
    return this.#sent;
  }

  /** Adds everything up from the beginning. */
  #model(): Sums {
    const sums: Sums = new Map();
    const rejected =
      'connections_rejected_total{listener=":1",reason="denied"}';
    add(sums, rejected, this.#refused);
    for (const { conn, fate, isJoined, reason } of this.known) {
      const L = `listener="${conn.listener}"`;
      const open = Number(reason === null);
      add(sums, `connections_accepted_total{${L}}`, 1);
      add(sums, `connections_active{${L}}`, open);
      if (!open) {
        add(sums, `connections_closed_total{${L},reason="${reason}"}`, 1);
      }
      add(sums, `connection_duration_seconds_count{${L}}`, 1 - open);
      if (fate === null && open) continue;
      const protocol = `protocol="${fate?.protocol ?? "unidentified"}"`;
      add(sums, `protocol_connections_total{${protocol}}`, 1);
      add(sums, `protocol_connections_active{${protocol}}`, open);
      if (fate !== null) {
        add(sums, `detection_duration_seconds_count{${L}}`, 1);
      }
      if (!isJoined) continue;
      const upstream = `upstream="${fate!.counts}"`;
      add(sums, `upstream_connections_total{${upstream}}`, 1);
      add(sums, `upstream_connections_active{${upstream}}`, open);
      for (const direction of ["up", "down"] as const) {
        const bytes = conn.bytes[direction];
        const last = `direction="${direction}"`;
        add(sums, `relayed_bytes_total{${L},${upstream},${last}}`, bytes);
        add(sums, `protocol_bytes_total{${protocol},${last}}`, bytes);
      }
    }
    return sums;
  }
}

/** All planes of a process. */
export class Process {
  readonly counts = new ProcessCounts();
  readonly planes = [new Plane(this.counts), new Plane(this.counts)];
  readonly #crashed: Sums[] = [];

  constructor() {
    this.counts.expect(this, NAMES);
  }

  crash(at: number): void {
    this.#crashed.push(this.planes[at]!.crash());
    this.planes[at] = new Plane(this.counts);
  }

  check(): void {
    const expected: Sums = new Map();
    for (const plane of this.planes) plane.take();
    for (const sums of [...this.#crashed, ...this.planes.map((p) => p.sums)]) {
      for (const [series, by] of sums) add(expected, series, by);
    }
    const values = samples(this.counts);
    const found = new Map(
      [...values].filter(([series, value]) =>
        value !== 0 && MODELLED.test(series)
      ).map(([series, value]) => [series.slice("passthru_".length), value]),
    );
    assertEquals(sorted(found), sorted(expected));
  }
}

const MODELLED =
  /^passthru_(?:connections_|protocol_|upstream_connections_|relayed_|(?:connection|detection)_duration_seconds_count)/;

function sorted(sums: Sums): [string, number][] {
  return [...sums].sort(([a], [b]) => a < b ? -1 : 1);
}
