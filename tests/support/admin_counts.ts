/** The numbers of the admin API's state, counted from what a test does. */
import type {
  ConnectionView,
  ListenerState,
  ProtocolState,
  RuleState,
  State,
  TargetState,
  Traffic,
} from "../../src/admin/api.ts";
import type { CloseReason } from "../../src/errors.ts";

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** What a connection is counted by. */
export type Way =
  & Pick<ConnectionView, "listener" | "protocol" | "rule">
  & Pick<ConnectionView, "target">;

/** Connections and bytes to be counted. */
export interface More {
  readonly active?: number;
  readonly connections?: number;
  readonly bytes_up?: number;
  readonly bytes_down?: number;
}

/** Counts; all of it may also be changed by hand. */
export class AdminCounts {
  readonly total: Writable<Traffic> = none();
  readonly listeners: Writable<ListenerState>[] = [];
  readonly protocols: Writable<ProtocolState>[] = [];
  readonly targets: Writable<TargetState>[] = [];
  readonly closed: Partial<Record<CloseReason, number>> = {};

  /** Counts traffic. */
  add({ listener, protocol, rule, target }: Way, more: More): void {
    const of = this.listener(listener);
    const counted: Writable<Traffic>[] = [this.total, of];
    if (protocol !== null) counted.push(this.protocol(protocol));
    if (target !== null) counted.push(this.target(target));
    for (const traffic of counted) {
      traffic.active += more.active ?? 0;
      traffic.connections += more.connections ?? 0;
      traffic.bytes_up += more.bytes_up ?? 0;
      traffic.bytes_down += more.bytes_down ?? 0;
    }
    if (target !== null) this.target(target).dials += more.connections ?? 0;
    if (rule !== null) {
      const decided = ruleOf(of, { rule, target });
      decided.connections += more.connections ?? 0;
    }
  }

  /** Counts an end. */
  end(reason: CloseReason, count = 1): void {
    this.closed[reason] = (this.closed[reason] ?? 0) + count;
  }

  /** A listener; a new one when there is none of the name. */
  listener(listener: string): Writable<ListenerState> {
    return found(this.listeners, (each) => each.listener === listener, () => ({
      listener,
      address: listener,
      refused: 0,
      rules: [],
      ...none(),
    }));
  }

  protocol(protocol: string): Writable<ProtocolState> {
    return found(this.protocols, (each) => each.protocol === protocol, () => ({
      protocol,
      ...none(),
    }));
  }

  target(target: string): Writable<TargetState> {
    return found(this.targets, (each) => each.target === target, () => ({
      target,
      upstreams: [target],
      healthy: null,
      dials: 0,
      dial_errors: 0,
      ...none(),
    }));
  }

  /** What the state has of it. */
  numbers(): Pick<
    State,
    "total" | "listeners" | "protocols" | "targets" | "closed"
  > {
    const { total, listeners, protocols, targets, closed } = this;
    return { total, listeners, protocols, targets, closed };
  }
}

function none(): Writable<Traffic> {
  return { active: 0, connections: 0, bytes_up: 0, bytes_down: 0 };
}

function found<T>(
  list: T[],
  is: (each: T) => boolean,
  make: () => T,
): T {
  const present = list.find(is);
  if (present !== undefined) return present;
  const made = make();
  list.push(made);
  return made;
}

function ruleOf(
  listener: Writable<ListenerState>,
  { rule, target }: { rule: string; target: string | null },
): Writable<RuleState> {
  const rules = listener.rules as Writable<RuleState>[];
  return found(rules, (each) => each.rule === rule, () => ({
    rule,
    action: target === null ? "REJECT" : "FORWARD",
    targets: target === null ? [] : [target],
    connections: 0,
  }));
}
