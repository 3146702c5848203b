/** What a connection is, in words. */
import { visible, visibleValue } from "./visible_text.js";
import { NOTHING } from "./units.js";

/** @import { ConnectionView } from "../api.ts" */

/** Facts that say which host or user is asked for; the first one there is. */
const MAIN_FACTS = ["sni", "host", "authority", "user", "database", "path"];

/** How it ended: the words of the log, and what they mean. */
const REASONS = /** @type {Readonly<Record<string, readonly string[]>>} */ ({
  client_eof: [
    "good",
    "Normal end: the client ended its direction first.",
  ],
  target_eof: [
    "good",
    "Normal end: the target ended its direction first.",
  ],
  client_reset: ["warn", "The client reset the connection."],
  target_reset: ["warn", "The target reset the connection."],
  idle_timeout: ["warn", "No byte in either direction for the idle timeout."],
  detect_timeout: [
    "warn",
    "Protocol not detected in time, and no CATCHALL.",
  ],
  rejected: ["idle", "A REJECT rule matched."],
  no_route: ["idle", "No rule matched, and no CATCHALL."],
  bad_proxy_header: ["bad", "The PROXY header is malformed or repeated."],
  proxy_header_missing: [
    "bad",
    "The source did not send the required PROXY header.",
  ],
  untrusted_source: [
    "idle",
    "A PROXY header is required, but not accepted from this source.",
  ],
  limit: ["warn", "Refused by a limit."],
  dial_failed: ["bad", "No target could be reached."],
  loop: ["bad", "The connection passed this passthru repeatedly (a loop)."],
  drain_deadline: ["warn", "Still open when the drain timeout had passed."],
  closed_by_admin: ["idle", "Closed through the admin API."],
  internal_error: ["bad", "A defect in passthru; see the log."],
});

/**
 * Name or host that the client asks for; all facts when there is none.
 *
 * @param {ConnectionView} view
 */
export function mainFact({ facts }) {
  const name = mainName(facts);
  if (name !== undefined) return visibleValue(facts[name] ?? null);
  return factsText(Object.entries(facts)) || NOTHING;
}

/**
 * The other facts: `alpn=h2, http/1.1 version=1.3`.
 *
 * @param {ConnectionView} view
 */
export function otherFacts({ facts }) {
  const main = mainName(facts);
  if (main === undefined) return "";
  return factsText(Object.entries(facts).filter(([name]) => name !== main));
}

/**
 * Where it is in its way, or how it ended.
 *
 * @param {ConnectionView} view
 */
export function stateText({ phase, reason }) {
  return visible(reason ?? phase);
}

/**
 * What the state means, in a sentence.
 *
 * @param {ConnectionView} view
 */
export function stateMeaning({ reason, error }) {
  if (error !== undefined) return visible(error);
  return reason === null ? "It is open." : reasonMeaning(reason);
}

/** @param {string} reason */
export function reasonMeaning(reason) {
  return REASONS[reason]?.[1] ?? "";
}

/** @param {string} reason */
export function reasonTone(reason) {
  return REASONS[reason]?.[0] ?? "idle";
}

/**
 * The tone of a connection: `live` while it is open.
 *
 * @param {ConnectionView} view
 */
export function stateTone({ reason }) {
  return reason === null ? "live" : reasonTone(reason);
}

/** @param {[string, ConnectionView["facts"][string]][]} facts */
function factsText(facts) {
  return visible(
    facts.map(([name, value]) =>
      `${visible(name, 40)}=${visibleValue(value, 80)}`
    ).join(" "),
  );
}

/** @param {ConnectionView["facts"]} facts */
function mainName(facts) {
  return MAIN_FACTS.find((name) => Object.hasOwn(facts, name));
}
