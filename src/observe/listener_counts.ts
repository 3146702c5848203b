/**
 * The series of a listener, of a protocol and of a target, each looked up by a
 * text that a report has, and made when it is first needed.
 *
 * @module
 */
import type { CloseReason } from "../errors.ts";
import type { Counter, CountStore, Gauge, Histogram } from "./count_store.ts";
import type { CountedListener } from "./counted_names.ts";
import { type Outcome, SILENT, UNIDENTIFIED } from "./metrics.ts";

/** The series of a protocol, of all listeners. */
export interface ProtocolCounts {
  readonly connections: Counter;
  readonly active: Gauge;
  readonly up: Counter;
  readonly down: Counter;
}

/** The series of a target, of all listeners. */
export interface TargetCounts {
  readonly connections: Counter;
  readonly active: Gauge;
  readonly dialSeconds: Histogram;
  /** By the error's code. */
  readonly dialErrors: SeriesMap<Counter>;
}

/** The series of a target behind a listener. */
export interface JoinCounts {
  readonly target: TargetCounts;
  readonly up: Counter;
  readonly down: Counter;
}

/** Series by a text. */
export class SeriesMap<Series> {
  readonly #known = new Map<string, Series>();
  readonly #make: (text: string) => Series;

  /** @param make Makes the series of a text. */
  constructor(make: (text: string) => Series) {
    this.#make = make;
  }

  /** How many there are. */
  get size(): number {
    return this.#known.size;
  }

  /** All that there are. */
  values(): Iterable<Series> {
    return this.#known.values();
  }

  /** Forgets those that fit; they are made anew when they are needed. */
  forget(fits: (series: Series) => boolean): void {
    for (const [text, series] of this.#known) {
      if (fits(series)) this.#known.delete(text);
    }
  }

  /** The series of a text. */
  get(text: string): Series {
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    const made = this.#make(text);
    this.#known.set(text, made);
    return made;
  }
}

/** The series that listeners share. */
export class SharedCounts {
  readonly protocols: SeriesMap<ProtocolCounts>;
  readonly targets: SeriesMap<TargetCounts>;

  constructor(store: CountStore) {
    this.protocols = new SeriesMap((protocol) => ({
      connections: store.counter("protocolConnections", protocol),
      active: store.gauge("protocolActive", protocol),
      up: store.counter("protocolBytes", protocol, "up"),
      down: store.counter("protocolBytes", protocol, "down"),
    }));
    this.targets = new SeriesMap((target) => ({
      connections: store.counter("targetConnections", target),
      active: store.gauge("targetActive", target),
      dialSeconds: store.histogram("dialSeconds", target),
      dialErrors: new SeriesMap((code) =>
        store.counter("dialErrors", target, code)
      ),
    }));
  }
}

/** The series of a listener. */
export class ListenerCounts {
  /** Its address, as the config spells it. */
  readonly listener: string;
  readonly accepted: Counter;
  readonly active: Gauge;
  readonly limited: Counter;
  readonly denied: Counter;
  readonly detectSeconds: Histogram;
  readonly detectBytes: Histogram;
  readonly durationSeconds: Histogram;
  readonly closed: SeriesMap<Counter>;
  readonly acceptErrors: SeriesMap<Counter>;
  readonly rules: SeriesMap<Counter>;
  readonly #matches: SeriesMap<Counter>;
  readonly #others: SeriesMap<Counter>;
  readonly #silent: Counter;
  readonly #joins: SeriesMap<JoinCounts>;
  /** What clients name counts as this, by the rule. */
  #named: ReadonlyMap<string, string> = new Map();

  /** @param names What the config says of it. */
  constructor(
    names: CountedListener,
    store: CountStore,
    { targets }: SharedCounts,
  ) {
    const { listener } = names;
    this.listener = listener;
    this.accepted = store.counter("accepted", listener);
    this.active = store.gauge("active", listener);
    this.limited = store.counter("rejected", listener, "limit");
    this.denied = store.counter("rejected", listener, "denied");
    this.detectSeconds = store.histogram("detectSeconds", listener);
    this.detectBytes = store.histogram("detectBytes", listener);
    this.durationSeconds = store.histogram("durationSeconds", listener);
    const byText = (make: (text: string) => Counter) => new SeriesMap(make);
    this.closed = byText((text) => store.counter("closed", listener, text));
    this.acceptErrors = byText((text) =>
      store.counter("acceptErrors", listener, text)
    );
    this.rules = byText((text) =>
      store.counter("ruleConnections", listener, text)
    );
    this.#matches = byText((text) =>
      store.counter("detections", listener, text, "match")
    );
    this.#others = byText((text) =>
      store.counter("detections", listener, UNIDENTIFIED, text)
    );
    this.#silent = store.counter("detections", listener, SILENT, "timeout");
    this.#joins = new SeriesMap((target) => ({
      target: targets.get(target),
      up: store.counter("relayedBytes", listener, target, "up"),
      down: store.counter("relayedBytes", listener, target, "down"),
    }));
    this.follow(names);
  }

  /** The config says something else of it from now on. */
  follow({ rules }: CountedListener): void {
    this.#named = new Map(
      rules.filter(({ named }) => named)
        .map(({ rule, targets }) => [rule, targets[0]!]),
    );
  }

  /** Connections that ended so. */
  ended(reason: CloseReason): Counter {
    return this.closed.get(reason);
  }

  /** Identifications that came to this. */
  detections(protocol: string | null, outcome: Outcome): Counter {
    if (protocol === null) return this.#others.get(outcome);
    return protocol === SILENT ? this.#silent : this.#matches.get(protocol);
  }

  /** Forgets the targets that nothing is joined to. */
  forgetIdle(): void {
    this.#joins.forget(({ target }) => target.active.value === 0);
  }

  /** The series of a target that a rule of this listener leads to. */
  join(rule: string | null, target: string): JoinCounts {
    return this.#joins.get(this.#named.get(rule ?? "") ?? target);
  }
}
