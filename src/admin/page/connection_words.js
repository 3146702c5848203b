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
    "The client ended first, then the target; all bytes were passed on.",
  ],
  target_eof: [
    "good",
    "The target ended first, then the client; all bytes were passed on.",
  ],
  client_reset: ["warn", "The client broke the connection."],
  target_reset: ["warn", "The target broke the connection."],
  idle_timeout: ["warn", "No byte either way for the idle timeout."],
  detect_timeout: [
    "warn",
    "The detection deadline passed and no catch-all took it.",
  ],
  rejected: ["idle", "A rule says REJECT."],
  no_route: ["idle", "No rule and no catch-all took it."],
  bad_proxy_header: ["bad", "The PROXY header is broken, or there are two."],
  proxy_header_missing: [
    "bad",
    "A source that must send a PROXY header did not.",
  ],
  untrusted_source: [
    "idle",
    "A PROXY header is required, and not taken from there.",
  ],
  limit: ["warn", "Not let in by a limit."],
  dial_failed: ["bad", "The target could not be reached."],
  loop: ["bad", "It has come back to passthru again and again."],
  drain_deadline: ["warn", "Still open when the drain ended."],
  closed_by_admin: ["idle", "Closed through the admin API."],
  internal_error: ["bad", "A defect in passthru."],
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
