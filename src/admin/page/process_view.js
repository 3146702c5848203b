/** The process: workers and their generations, how connections ended, versions. */
import { reasonMeaning, reasonTone } from "./connection_words.js";
import { DataTable } from "./data_table.js";
import { byId, make, setText } from "./dom.js";
import { agoText, countText, dateText, durationText } from "./units.js";
import { visible } from "./visible_text.js";

/** @import { OldGenerationState, State, WorkerState } from "../api.ts" */
/** @import { Column } from "./data_table.js" */

const WORKER_TONES = { serving: "good", starting: "warn", draining: "warn" };

/** @typedef {{ reason: string, count: number, share: number }} Ended */

/** @type {readonly Column<WorkerState>[]} */
const WORKER_COLUMNS = [
  { label: "Worker", text: ({ worker }) => countText(worker) },
  { label: "Generation", text: ({ generation }) => countText(generation) },
  {
    label: "State",
    text: ({ state }) => visible(state),
    tone: ({ state }) => WORKER_TONES[state] ?? "idle",
  },
  {
    label: "Open",
    kind: "number",
    text: ({ connections }) => countText(connections),
  },
];

/**
 * An old generation, and what time it is.
 *
 * @typedef {OldGenerationState & { now: number }} Old
 */

/** @type {readonly Column<Old>[]} */
const OLD_COLUMNS = [
  { label: "Generation", text: ({ generation }) => countText(generation) },
  {
    label: "Workers",
    kind: "number",
    text: ({ workers }) => countText(workers),
  },
  {
    label: "Open",
    kind: "number",
    text: ({ connections }) => countText(connections),
  },
  {
    label: "Replaced",
    text: ({ replaced_at, now }) => agoText(now - replaced_at),
    title: ({ replaced_at }) => dateText(replaced_at),
  },
  {
    label: "Closed",
    text: ({ closes_at, now }) =>
      closes_at === null
        ? "never"
        : `in ${durationText(Math.max(0, closes_at - now) / 1_000)}`,
  },
];

/** @type {readonly Column<Ended>[]} */
const ENDED_COLUMNS = [
  {
    label: "Reason",
    name: "wide",
    text: ({ reason }) => visible(reason),
    tone: ({ reason }) => reasonTone(reason),
    detail: ({ reason }) => reasonMeaning(reason),
  },
  {
    label: "Connections",
    kind: "number",
    text: ({ count }) => countText(count),
  },
  {
    label: "Share",
    kind: "number",
    text: ({ share }) => `${(100 * share).toFixed(1)} %`,
  },
];

/** Shows what is known of the process itself. */
export class ProcessView {
  #workers = new DataTable(byId("workers-table", HTMLTableElement), {
    caption: "Workers",
    key: ({ generation, worker }) => `${generation} ${worker}`,
    columns: WORKER_COLUMNS,
  });
  #ended = new DataTable(byId("ended-table", HTMLTableElement), {
    caption: "Closed connections",
    key: ({ reason }) => reason,
    columns: ENDED_COLUMNS,
  });
  #old = new DataTable(byId("old-generations-table", HTMLTableElement), {
    caption: "Old generations",
    key: ({ generation }) => generation,
    columns: OLD_COLUMNS,
  });
  #facts = "";

  /** @param {State} state */
  show(state) {
    this.#workers.show(state.workers);
    setText(byId("workers-note", HTMLElement), workersNote(state));
    const old = state.old_generations;
    byId("old-generations", HTMLElement).hidden = old.length === 0;
    this.#old.show(old.map((one) => ({ ...one, now: state.now })));
    const ended = endedOf(state);
    this.#ended.show(ended);
    byId("ended-empty", HTMLElement).hidden = ended.length > 0;
    this.#showFacts(state);
  }

  /** @param {State} state */
  #showFacts({ version, pid, started_at, now, crashes, log, ...state }) {
    const blocked = state.blocked_workers;
    const facts = [
      ["passthru", version.passthru],
      ["Deno", version.deno],
      ["V8", version.v8],
      ["Process", String(pid)],
      ["Started", `${dateText(started_at)}, ${agoText(now - started_at)}`],
      ["Crashed workers", countText(crashes)],
      ...(blocked > 0 ? [["Blocked workers", countText(blocked)]] : []),
      ["Dropped log lines", countText(log.dropped)],
    ];
    const text = JSON.stringify(facts);
    if (text === this.#facts) return;
    this.#facts = text;
    byId("process-facts", HTMLElement).replaceChildren(
      ...facts.map(([name = "", value = ""]) =>
        make("div", {}, make("dt", {}, name), make("dd", {}, visible(value)))
      ),
    );
  }
}

/** @param {State} state */
function workersNote({ workers, generation }) {
  if (workers.length === 0) return "No workers.";
  const old = workers.filter((worker) => worker.generation !== generation);
  return old.length === 0
    ? `All of generation ${generation}, which accepts.`
    : `Generation ${generation} accepts.`;
}

/**
 * @param {State} state
 * @returns {Ended[]}
 */
function endedOf({ closed }) {
  const counts = Object.entries(closed).filter(([, count]) => count > 0);
  const sum = counts.reduce((total, [, count]) => total + count, 0);
  return counts.map(([reason, count]) => ({
    reason,
    count,
    share: count / sum,
  }))
    .sort((a, b) => b.count - a.count);
}
