/**
 * passthru as a library: load a config, serve it, write detectors.
 *
 * @example Serve a config and hear of each connection
 * ```ts
 * import { BUILTINS, loadConfig, Logger, Registry, Server } from "@passthru/passthru";
 *
 * const registry = new Registry(BUILTINS);
 * const { plan } = loadConfig(
 *   "inline.jsonc",
 *   new TextEncoder().encode(`{
 *     "version": "v1.0.0",
 *     "servers": {
 *       "127.0.0.1:0": { "CATCHALL": { "CATCHALL": { "action": "REJECT" } } },
 *     },
 *   }`),
 *   registry,
 * );
 * const server = new Server(plan!, {
 *   registry,
 *   logger: new Logger({ write: () => {} }),
 *   onReport: (report) => report.reason,
 * });
 * server.start();
 * await server.stop(0);
 * ```
 *
 * @module
 */
export * from "./config/load.ts";
export type * from "./config/expectation.ts";
export type * from "./config/admin_plan.ts";
export type * from "./config/plan.ts";
export type * from "./config/target_places.ts";
export * from "./config/diagnostics.ts";
export type { HostPort } from "./config/address.ts";
export type { ListenAddress, UnixAddress } from "./config/unix_address.ts";
export { BUILTINS } from "./detect/builtins.ts";
export { DATAGRAM_BUILTINS } from "./detect/datagram_builtins.ts";
export {
  declaredDatagramDetector,
  type DeclaredDetector,
  declaredDetector,
  withDeclared,
} from "./detect/declared.ts";
export * from "./detect/detector.ts";
export * from "./detect/detector_docs.ts";
export * from "./detect/identify.ts";
export * from "./detect/registry.ts";
export * from "./detect/rule_grammar.ts";
export type { CloseReason, ErrorSource } from "./errors.ts";
export { PassthruError, type PassthruErrorOptions } from "./errors.ts";
export * from "./observe/log.ts";
export type * from "./observe/observer.ts";
export type { Report, ReportFacts } from "./observe/report.ts";
export type { FoundTargets, PlacedTarget } from "./upstream/found_targets.ts";
export type { TargetShare } from "./upstream/target_memory.ts";
export {
  LimitLedger,
  type LimitMemory,
  type ListenerMemory,
} from "./proxy/limits/ledger.ts";
export type { BoundListener } from "./proxy/bind.ts";
export type { SpreadMemory } from "./proxy/spread.ts";
export { Server, type ServerOptions } from "./proxy/server.ts";
export type { WrittenCondition } from "./rule/written_condition.ts";
