/**
 * What a data plane remembers of single connections.
 *
 * @module
 */
import { ByPlace } from "./by_place.ts";
import { searchViews } from "./connection_search.ts";
import {
  type ConnectionList,
  type ConnectionQuery,
  type ConnectionView,
  toView,
} from "./connection_view.ts";
import { type Detection, type KeptOpening, openingOf } from "./detection.ts";
import type { Observer, OpenConnection } from "./observer.ts";
import { Recent } from "./recent.ts";
import type { Report } from "./report.ts";
import { ReportBatches, type ReportListener } from "./report_batches.ts";

/** Most bytes that are kept of what a connection was identified by. */
const KEEP_OPENING_BYTES = 4 * 1024;
/** How many connections are remembered that have ended. */
const RECENT = 256;
/** How many are remembered beside those that were not let in. */
const RECENT_REFUSED = 64;

/** What a {@linkcode ConnectionBook} needs. */
export interface ConnectionBookOptions {
  /** Number of the generation. */
  readonly generation: number;
  /** Number of the data plane in it, from 0. */
  readonly worker: number;
  /** Whether somebody wants to hear of each connection that has ended. */
  readonly isWatched: () => boolean;
  /** Hears of them while that is so. */
  readonly onReports: ReportListener;
}

/** A connection, and what it can be explained by. */
export interface KeptConnection {
  readonly view: ConnectionView;
  /** `null`: no byte was looked at, or nothing was kept. */
  readonly opening: KeptOpening | null;
}

/** A connection that has ended. */
interface Ended {
  readonly report: Report;
  readonly detection: Detection | null;
}

/** Knows the connections that are open, and the last ones that were. */
export class ConnectionBook implements Observer {
  readonly keepOpeningBytes: number = KEEP_OPENING_BYTES;
  readonly #options: ConnectionBookOptions;
  readonly #open = new ByPlace<OpenConnection>();
  readonly #ended = new Recent<Ended>(RECENT);
  /** Apart, for a flood of these pushes out nothing else. */
  readonly #refused = new Recent<Ended>(RECENT_REFUSED);
  readonly #batches: ReportBatches;

  /** Makes a book without a connection. */
  constructor(options: ConnectionBookOptions) {
    this.#options = options;
    this.#batches = new ReportBatches((batch, dropped) => {
      if (options.isWatched()) options.onReports(batch, dropped);
    });
  }

  /** @inheritdoc */
  opened(_listener: string, connection: OpenConnection): void {
    this.#open.put(connection.place, connection);
  }

  /** @inheritdoc */
  closed(report: Report, connection: OpenConnection | null): void {
    if (connection === null) this.#refused.add({ report, detection: null });
    else {
      this.#open.take(connection.place);
      this.#ended.add({ report, detection: connection.detection });
    }
    if (!this.#options.isWatched()) return;
    this.#batches.add(() => this.#endedView(report));
  }

  /** The connections that a query asks for. */
  find(query: ConnectionQuery): ConnectionList {
    return searchViews(this.#views(query.state ?? "live"), query);
  }

  /** A connection by its number; `null`: it is not remembered. */
  show(id: number): KeptConnection | null {
    for (const open of this.#open) {
      if (open.id !== id) continue;
      return {
        view: this.#openView(open),
        opening: openingOf(open.detection),
      };
    }
    for (const { report, detection } of this.#endedOnes()) {
      if (report.id === id) return this.#kept(report, detection);
    }
    return null;
  }

  /** The connections that have ended and are remembered, in no order. */
  ended(): KeptConnection[] {
    return [...this.#endedOnes()]
      .map(({ report, detection }) => this.#kept(report, detection));
  }

  /** Tells now what is to be told; the end of it. */
  flush(): void {
    this.#batches.flush();
  }

  *#views(
    state: NonNullable<ConnectionQuery["state"]>,
  ): Iterable<ConnectionView> {
    if (state !== "recent") {
      for (const open of this.#open) yield this.#openView(open);
    }
    if (state === "live") return;
    for (const { report } of this.#endedOnes()) yield this.#endedView(report);
  }

  *#endedOnes(): Iterable<Ended> {
    yield* this.#ended;
    yield* this.#refused;
  }

  #openView(connection: OpenConnection): ConnectionView {
    const { generation, worker } = this.#options;
    const { phase } = connection;
    return toView(connection.snapshot(), { phase, generation, worker });
  }

  #kept(report: Report, detection: Detection | null): KeptConnection {
    return { view: this.#endedView(report), opening: openingOf(detection) };
  }

  #endedView(report: Report): ConnectionView {
    const { generation, worker } = this.#options;
    return toView(report, { phase: "closed", generation, worker });
  }
}
