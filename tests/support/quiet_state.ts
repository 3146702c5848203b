/** The state of an admin server that has nothing to do. */
import type { State } from "../../src/admin/api.ts";

/** The parts of a state that nothing is counted for. */
export function quietState() {
  const started_at = Date.now() - 60_000;
  return {
    version: { passthru: "0.1.0", deno: "2.9.6", v8: "15.0" },
    pid: 4711,
    started_at,
    status: "ready" as State["status"],
    generation: 1,
    workers: [] as State["workers"],
    old_generations: [] as State["old_generations"],
    crashes: 0,
    blocked_workers: 0,
    config: {
      file: "passthru.jsonc",
      loaded_at: started_at,
      text: '{\n  "version": "v1.0.0",\n  "servers": {}\n}\n',
      included: [],
      notes: [],
      refused: [],
      last_reload: null,
    } as State["config"],
    log: { level: "info", format: "text", dropped: 0 } as State["log"],
  };
}
