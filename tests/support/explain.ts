/** Explaining made-up connections, for tests. */
import { assert } from "@std/assert";
import { loadConfig } from "../../src/config/load.ts";
import type { Detector } from "../../src/detect/detector.ts";
import { http } from "../../src/detect/protocols/http.ts";
import { ssh } from "../../src/detect/protocols/ssh.ts";
import { tls } from "../../src/detect/protocols/tls.ts";
import { Registry } from "../../src/detect/registry.ts";
import {
  type ExplainContext,
  listenerContext,
} from "../../src/explain/context.ts";
import { explainFlow } from "../../src/explain/explain_flow.ts";
import { type ExplanationRecord, toRecord } from "../../src/explain/record.ts";
import { clientHello, records } from "./client_hello.ts";
import { flowOf } from "./flows.ts";
import { bytesOf } from "./tcp.ts";

/**
 * Explains as a server of a config.
 *
 * @param detectors What the config may name. Default: TLS, HTTP and SSH.
 */
export function contextOf(
  server: unknown,
  detectors: readonly Detector[] = [tls, http, ssh],
  version = "v1.0.0",
): ExplainContext {
  const registry = new Registry(detectors);
  const config = { version, servers: { ":999": server } };
  const { plan, diagnostics } = loadConfig(
    "x",
    bytesOf(JSON.stringify(config)),
    registry,
  );
  assert(plan, JSON.stringify(diagnostics));
  return listenerContext(plan.listeners[0]!, registry);
}

/** The record of a client that sends these segments to such a server. */
export function recordOf(
  server: unknown,
  ...segments: Uint8Array[]
): ExplanationRecord {
  return toRecord(explainFlow(flowOf(...segments), contextOf(server)));
}

/** A hello in one record. */
export function hello(
  sni: string | null,
  alpn: string[] | null = null,
): Uint8Array {
  return records(clientHello({ sni, alpn }));
}
