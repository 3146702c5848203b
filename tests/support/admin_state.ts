/** What an admin server may answer, made up. */
import type { ConnectionView, State } from "../../src/admin/api.ts";

/** 2026-11-22 16:47:58Z. */
export const NOW_MS = Date.UTC(2026, 10, 22, 16, 47, 58);

/** A state of two listeners and three targets, with these fields replaced. */
export function stateWith(fields: Partial<State> = {}): State {
  return {
    version: { passthru: "0.1.0", deno: "2.9.6", v8: "15.0.245.2" },
    pid: 4242,
    now: NOW_MS,
    started_at: NOW_MS - 273_906_000,
    status: "ready",
    generation: 2,
    workers: [
      { generation: 1, worker: 0, state: "draining", connections: 2 },
      { generation: 2, worker: 0, state: "serving", connections: 12 },
    ],
    old_generations: [],
    crashes: 0,
    blocked_workers: 0,
    config: {
      file: "cfg.jsonc",
      loaded_at: NOW_MS - 60_000,
      text: "{}",
      included: [],
      notes: [],
      refused: [],
      last_reload: null,
    },
    log: { level: "info", format: "text", dropped: 0 },
    total: counts({ active: 14, connections: 34_567 }),
    listeners: [
      {
        ...counts({ active: 12, connections: 34_000 }),
        listener: ":443",
        address: "[::]:443",
        refused: 3,
        rules: [],
      },
      {
        ...counts({ active: 2, connections: 567 }),
        listener: "127.0.0.1:0",
        address: "127.0.0.1:40123",
        refused: 0,
        rules: [],
      },
    ],
    protocols: [
      { ...counts({ active: 13, connections: 30_000 }), protocol: "TLS" },
      { ...counts({ active: 1, connections: 67 }), protocol: "unidentified" },
    ],
    targets: [
      {
        ...counts({ active: 14, connections: 30_000 }),
        target: "127.0.0.1:8443",
        upstreams: ["127.0.0.1:8443"],
        healthy: true,
        dials: 30_002,
        dial_errors: 2,
      },
      {
        ...counts({ active: 0, connections: 5 }),
        target: "10.0.0.5:443",
        upstreams: ["10.0.0.5:443"],
        healthy: false,
        failing: "connection refused",
        note: "dials failed; tried again in 3 s",
        dials: 90,
        dial_errors: 85,
      },
      {
        ...counts({ active: 0, connections: 0 }),
        target: "10.0.0.6:443",
        upstreams: ["10.0.0.6:443"],
        healthy: null,
        dials: 0,
        dial_errors: 0,
      },
    ],
    closed: { client_eof: 30_000, target_eof: 4_000, dial_failed: 85 },
    ...fields,
  };
}

/** A TLS connection, open, with these fields replaced. */
export function connectionWith(
  fields: Partial<ConnectionView> = {},
): ConnectionView {
  const id = fields.id ?? 1;
  return {
    id,
    phase: fields.reason === undefined ? "forwarding" : "closed",
    accepted_at: NOW_MS - 12_000 + id,
    client: `192.0.2.${id % 250}:${40_000 + id}`,
    listener: ":443",
    protocol: "TLS",
    facts: { sni: `app${id}.example.com`, alpn: ["h2", "http/1.1"] },
    rule: "TLS/SNI *.example.com",
    target: "127.0.0.1:8443",
    bytes_up: 780 + id,
    bytes_down: 1_183_000 + id,
    detect_seconds: 0.002207,
    dial_seconds: 0.000883,
    duration_seconds: 12,
    reason: null,
    generation: 2,
    worker: 0,
    ...fields,
  };
}

function counts(
  { active, connections }: {
    readonly active: number;
    readonly connections: number;
  },
) {
  return {
    active,
    connections,
    bytes_up: connections * 1_000,
    bytes_down: connections * 50_000,
  };
}
