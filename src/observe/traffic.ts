/**
 * What was counted, as the admin API's state has it.
 *
 * @module
 */
import type { CloseReason } from "../errors.ts";
import type { Series, SeriesTable } from "./series_table.ts";

/** What every counted thing has; totals are since the start of the process. */
export interface TrafficCounts {
  /** Connections that are open. */
  readonly active: number;
  /** Connections so far, the open ones included. */
  readonly connections: number;
  /** Bytes from clients to targets, of open connections too. */
  readonly bytes_up: number;
  readonly bytes_down: number;
}

/** A listener. */
export interface ListenerTraffic extends TrafficCounts {
  readonly listener: string;
  /** Not let in: limits, denied sources. */
  readonly refused: number;
}

/** A protocol. */
export interface ProtocolTraffic extends TrafficCounts {
  /** The detector, `SILENT`, or `unidentified`. */
  readonly protocol: string;
}

/** A target. */
export interface TargetTraffic extends TrafficCounts {
  readonly target: string;
  readonly dials: number;
  readonly dial_errors: number;
}

/** A rule of a listener. */
export interface RuleTraffic {
  readonly listener: string;
  readonly rule: string;
  /** Connections that it decided about. */
  readonly connections: number;
}

/** Connections that ended, by how. */
export type ClosedCounts = Readonly<Partial<Record<CloseReason, number>>>;

/** All of it, each in the order of the config. */
export interface ProcessTraffic {
  readonly total: TrafficCounts;
  readonly listeners: readonly ListenerTraffic[];
  readonly protocols: readonly ProtocolTraffic[];
  readonly targets: readonly TargetTraffic[];
  readonly rules: readonly RuleTraffic[];
  readonly closed: ClosedCounts;
}

/** The traffic by listener, protocol, target and rule. */
export function trafficOf(
  table: SeriesTable,
): Pick<ProcessTraffic, "listeners" | "protocols" | "targets" | "rules"> {
  const by = new Sums(table);
  const bytes = (label: 0 | 1) =>
    [
      by.sum("relayedBytes", label, "up"),
      by.sum("relayedBytes", label, "down"),
    ] as const;
  const refused = by.sum("rejected", 0);
  const dials = by.sum("dialSeconds", 0);
  const dialErrors = by.sum("dialErrors", 0);
  const protocolBytes = [
    by.sum("protocolBytes", 0, "up"),
    by.sum("protocolBytes", 0, "down"),
  ] as const;
  return {
    listeners: by.traffic(["accepted", "active"], bytes(0))
      .map(([listener, traffic]) => ({
        listener,
        ...traffic,
        refused: refused.get(listener) ?? 0,
      })),
    protocols: by.traffic(
      ["protocolConnections", "protocolActive"],
      protocolBytes,
    ).map(([protocol, traffic]) => ({ protocol, ...traffic })),
    targets: by.traffic(["targetConnections", "targetActive"], bytes(1))
      .map(([target, traffic]) => ({
        target,
        ...traffic,
        dials: dials.get(target) ?? 0,
        dial_errors: dialErrors.get(target) ?? 0,
      })),
    rules: [...table.of("ruleConnections")].filter(isInUse)
      .map(({ labels: [listener, rule], value }) => ({
        listener: listener!,
        rule: rule!,
        connections: value,
      })),
  };
}

type Table = SeriesTable;
type Id = Parameters<Table["of"]>[0];

/** Adds series up by one of their labels. */
class Sums {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  /**
   * @param label Which label to add up by.
   * @param last Only series whose last label is this. Default: all.
   * @returns By the value of the label; of a histogram the number of values.
   */
  sum(metric: Id, label: number, last?: string): Map<string, number> {
    const sums = new Map<string, number>();
    for (const { labels, value, buckets } of this.#table.of(metric)) {
      if (last !== undefined && labels.at(-1) !== last) continue;
      const count = buckets.reduce((sum, one) => sum + one, value);
      sums.set(labels[label]!, (sums.get(labels[label]!) ?? 0) + count);
    }
    return sums;
  }

  /** The traffic of all that a metric of one label counts. */
  traffic(
    [connections, active]: readonly [Id, Id],
    [up, down]: readonly [Map<string, number>, Map<string, number>],
  ): [string, TrafficCounts][] {
    const open = this.sum(active, 0);
    return [...this.#table.of(connections)].filter(isInUse)
      .map(({ labels: [name], value }) => [name!, {
        active: open.get(name!) ?? 0,
        connections: value,
        bytes_up: up.get(name!) ?? 0,
        bytes_down: down.get(name!) ?? 0,
      }]);
  }
}

function isInUse({ goneAt }: Series): boolean {
  return goneAt === null;
}
