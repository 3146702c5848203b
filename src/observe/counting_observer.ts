/**
 * Counts what a data plane does.
 *
 * Each event costs a few look-ups by texts that are there already. Bytes of open
 * connections are asked for when the counts are taken, and the rest is counted at
 * the close, so that the sums are exact. Nothing is counted by what a client
 * says.
 *
 * @module
 */
import { ByPlace } from "./by_place.ts";
import { CountStore } from "./count_store.ts";
import type { CountedListener, CountedNames } from "./counted_names.ts";
import type { Counts } from "./counts.ts";
import {
  type JoinCounts,
  ListenerCounts,
  type ProtocolCounts,
  SeriesMap,
  SharedCounts,
} from "./listener_counts.ts";
import { type Outcome, UNIDENTIFIED } from "./metrics.ts";
import type { Detection } from "./detection.ts";
import type { DialAttempt, Observer, OpenConnection } from "./observer.ts";
import type { Report } from "./report.ts";

/** A connection that is open, and what was counted of it. */
interface Counted {
  readonly connection: OpenConnection;
  readonly listener: ListenerCounts;
  /** `null`: its protocol and rule are not counted yet. */
  protocol: ProtocolCounts | null;
  /** `null`: it is joined to no target, or that is not counted yet. */
  join: JoinCounts | null;
  up: number;
  down: number;
}

/**
 * When there are more targets than this, those that are idle are forgotten: DNS
 * may go on finding new ones for as long as the process lives.
 */
const MANY_TARGETS = 1_000;

/** Words with which reports say that an address is kept out by a list. */
const DENIED: ReadonlySet<string> = new Set(["in deny", "not in allow"]);

/** Counts what one data plane does, until it is taken. */
export class CountingObserver implements Observer {
  readonly #store = new CountStore();
  readonly #shared = new SharedCounts(this.#store);
  readonly #listeners: SeriesMap<ListenerCounts>;
  readonly #open = new ByPlace<Counted>();
  readonly #onEvent: () => void;
  #names: ReadonlyMap<string, CountedListener>;

  /**
   * @param names What the config names.
   * @param onEvent Hears that something is counted, each time; as cheap as may
   * be.
   */
  constructor(names: CountedNames, onEvent: () => void = () => {}) {
    this.#onEvent = onEvent;
    this.#names = byListener(names);
    this.#listeners = new SeriesMap((listener) =>
      new ListenerCounts(this.#namesOf(listener), this.#store, this.#shared)
    );
  }

  /** Counts by what another config names from now on. */
  follow(names: CountedNames): void {
    this.#names = byListener(names);
    for (const listener of this.#listeners.values()) {
      listener.follow(this.#namesOf(listener.listener));
    }
  }

  /** Connections that are open. */
  get connections(): number {
    return this.#open.size;
  }

  /** Targets whose series are kept. */
  get targets(): number {
    return this.#shared.targets.size;
  }

  /** A connection was let in. */
  opened(listener: string, connection: OpenConnection): void {
    const counts = this.#listeners.get(listener);
    counts.accepted.add();
    this.#open.put(connection.place, newlyOpen(connection, counts));
    this.#onEvent();
  }

  /** A target was dialled. */
  dialled({ target, ms, code }: DialAttempt): void {
    const counts = this.#shared.targets.get(target);
    counts.dialSeconds.observe(ms / 1_000);
    if (code !== undefined) counts.dialErrors.get(code).add();
    this.#onEvent();
  }

  /** A connection has ended, or was not let in. */
  closed(report: Report, connection: OpenConnection | null): void {
    const listener = this.#listeners.get(report.listener);
    this.#onEvent();
    if (report.reason === "limit") {
      const { denied, limited } = listener;
      (DENIED.has(report.error ?? "") ? denied : limited).add();
    }
    if (connection === null) return;
    const counted = this.#open.take(connection.place) ??
      newlyOpen(connection, listener);
    this.#decided(counted, report);
    if (connection.phase === "forwarding") join(counted, report);
    countBytes(counted, report.bytesUp, report.bytesDown);
    listener.ended(report.reason).add();
    listener.durationSeconds.observe(report.totalMs / 1_000);
  }

  /** An accept failed. */
  acceptFailed(listener: string, code: string): void {
    this.#listeners.get(listener).acceptErrors.get(code).add();
    this.#onEvent();
  }

  /** What has changed since the last time. */
  take(): Counts {
    this.#store.clearGauges();
    for (const counted of this.#open) this.#look(counted);
    const counts = this.#store.take();
    // All that was counted is taken: an idle target has nothing to lose.
    if (this.targets > MANY_TARGETS) this.#forgetIdle();
    return counts;
  }

  #namesOf(listener: string): CountedListener {
    return this.#names.get(listener) ?? { listener, protocols: [], rules: [] };
  }

  #forgetIdle(): void {
    const idle = [...this.#shared.targets.values()]
      .filter(({ active }) => active.value === 0);
    this.#store.forget(new Set(idle.map(({ active }) => active)));
    for (const listener of this.#listeners.values()) listener.forgetIdle();
    this.#shared.targets.forget(({ active }) => active.value === 0);
  }

  /** Counts what is new of an open connection. */
  #look(counted: Counted): void {
    const { connection } = counted;
    const isForwarding = connection.phase === "forwarding";
    if (
      connection.detection !== null && counted.protocol === null ||
      isForwarding && counted.join === null
    ) {
      const report = connection.snapshot();
      this.#decided(counted, report);
      if (isForwarding) join(counted, report);
    }
    counted.listener.active.value++;
    if (counted.protocol !== null) counted.protocol.active.value++;
    if (counted.join === null) return;
    counted.join.target.active.value++;
    const { up, down } = connection.bytes;
    countBytes(counted, up, down);
    counted.up = Math.max(counted.up, up);
    counted.down = Math.max(counted.down, down);
  }

  /** Counts the protocol and the rule, once. */
  #decided(counted: Counted, report: Report): void {
    if (counted.protocol !== null) return;
    const { protocol, rule } = report;
    counted.protocol = this.#shared.protocols.get(protocol ?? UNIDENTIFIED);
    counted.protocol.connections.add();
    const { listener, connection: { detection } } = counted;
    if (rule !== null) listener.rules.get(rule).add();
    if (detection !== null) countDetection(listener, { report, detection });
  }
}

function byListener(
  { listeners }: CountedNames,
): ReadonlyMap<string, CountedListener> {
  return new Map(listeners.map((one) => [one.listener, one]));
}

function newlyOpen(
  connection: OpenConnection,
  listener: ListenerCounts,
): Counted {
  return {
    connection,
    listener,
    protocol: null,
    join: null,
    up: 0,
    down: 0,
  };
}

/** Counts that a connection was joined to a target, once. */
function join(counted: Counted, { rule, target }: Report): void {
  if (counted.join !== null || target === null) return;
  counted.join = counted.listener.join(rule, target);
  counted.join.target.connections.add();
}

/** Counts the bytes that are new; of a connection to no target there are none. */
function countBytes(counted: Counted, up: number, down: number): void {
  const { protocol, join } = counted;
  if (join === null) return;
  const newUp = up - counted.up;
  const newDown = down - counted.down;
  join.up.add(newUp);
  join.down.add(newDown);
  protocol?.up.add(newUp);
  protocol?.down.add(newDown);
}

function countDetection(
  listener: ListenerCounts,
  { report, detection }: {
    readonly report: Report;
    readonly detection: Detection;
  },
): void {
  const { protocol, detectMs } = report;
  listener.detections(protocol, outcomeOf(report, detection)).add();
  listener.detectSeconds.observe((detectMs ?? 0) / 1_000);
  listener.detectBytes.observe(detection.bytes);
}

/** How an identification ended. */
function outcomeOf({ protocol }: Report, { end }: Detection): Outcome {
  if (protocol !== null) return "match";
  switch (end) {
    case "deadline":
      return "timeout";
    case "full":
      return "overflow";
    case "eof":
      return "eof";
    case null:
      return "no_match";
  }
}
