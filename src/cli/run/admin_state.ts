/**
 * The state of the process, as the admin API shows it.
 *
 * @module
 */
import type {
  ListenerState,
  LogSettings,
  RuleState,
  State,
  Status,
  TargetState,
  Traffic,
} from "../../admin/api.ts";
import { formatHostPort } from "../../config/address.ts";
import type { ListenerPlan, Plan } from "../../config/plan.ts";
import { namedRoutes } from "../../config/routes.ts";
import { targetText } from "../../config/targets.ts";
import type { Supervisor } from "../../control/supervisor.ts";
import type { ProcessTraffic } from "../../observe/traffic.ts";
import type { ConfigHistory } from "./config_history.ts";
import { VERSION } from "../version.ts";

/** What a {@linkcode State} is put together from. */
export interface StateParts {
  readonly supervisor: Supervisor;
  readonly plan: Plan;
  /** The config as given to `-c`. */
  readonly file: string;
  readonly history: ConfigHistory;
  readonly traffic: ProcessTraffic;
  readonly status: Status;
  readonly log: LogSettings;
  /** When the process started, in milliseconds since the epoch. */
  readonly startedAt: number;
}

const NO_TRAFFIC: Traffic = {
  active: 0,
  connections: 0,
  bytes_up: 0,
  bytes_down: 0,
};

/** Puts the state together. */
export function stateOf(parts: StateParts): State {
  const { supervisor, history, traffic, status, log, startedAt } = parts;
  const { served, lastReload } = history;
  return {
    version: {
      passthru: VERSION,
      deno: Deno.version.deno,
      v8: Deno.version.v8,
    },
    pid: Deno.pid,
    now: Date.now(),
    started_at: startedAt,
    status,
    generation: supervisor.generation,
    workers: supervisor.planes.states,
    old_generations: supervisor.oldGenerations,
    crashes: supervisor.crashes,
    blocked_workers: supervisor.blocked,
    config: {
      file: parts.file,
      loaded_at: served.loadedAt,
      text: served.text,
      included: served.included,
      notes: served.notes,
      refused: served.refused,
      last_reload: lastReload,
    },
    log: { ...log, dropped: supervisor.planes.logLinesDropped },
    total: traffic.total,
    listeners: parts.plan.listeners.map((one) => listenerState(one, parts)),
    protocols: traffic.protocols,
    targets: targetStates(parts),
    closed: traffic.closed,
  };
}

function listenerState(
  plan: ListenerPlan,
  { supervisor, traffic }: StateParts,
): ListenerState {
  const { text } = plan.address;
  const bound = supervisor.listeners.find((one) => one.text === text)?.address;
  const counted = traffic.listeners.find((one) => one.listener === text);
  return {
    listener: text,
    address: bound === undefined || bound.port === 0
      ? text
      : formatHostPort(bound.hostname, bound.port),
    ...NO_TRAFFIC,
    refused: 0,
    ...counted,
    rules: rulesOf(plan, traffic),
  };
}

function rulesOf(
  plan: ListenerPlan,
  { rules }: ProcessTraffic,
): RuleState[] {
  const own = rules.filter(({ listener }) => listener === plan.address.text);
  const counts = new Map(own.map((one) => [one.rule, one.connections]));
  return namedRoutes(plan).map(({ rule, route }) => ({
    rule,
    ...(route.name === undefined ? {} : { name: route.name }),
    action: route.action,
    targets: route.action === "FORWARD" ? route.targets.map(targetText) : [],
    connections: counts.get(rule) ?? 0,
  }));
}

/** The targets of the Plan, then those that only were counted. */
function targetStates({ supervisor, traffic }: StateParts): TargetState[] {
  const counted = new Map(traffic.targets.map((one) => [one.target, one]));
  const known = supervisor.targets.map((state) => {
    const counts = counted.get(state.target);
    counted.delete(state.target);
    const { dials = 0, dial_errors = 0 } = counts ?? {};
    return {
      ...NO_TRAFFIC,
      ...counts,
      ...state,
      dials,
      dial_errors,
    };
  });
  const others = [...counted.values()]
    .map((counts) => ({ ...counts, upstreams: [], healthy: null }));
  return [...known, ...others];
}
