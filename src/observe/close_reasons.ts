/**
 * All words for how a connection ended, for those who count by them.
 *
 * @module
 */
import type { CloseReason } from "../errors.ts";

/** The compiler says when one is missing. */
const ALL: Readonly<Record<CloseReason, true>> = {
  client_eof: true,
  target_eof: true,
  client_reset: true,
  target_reset: true,
  idle_timeout: true,
  detect_timeout: true,
  rejected: true,
  no_route: true,
  bad_proxy_header: true,
  proxy_header_missing: true,
  untrusted_source: true,
  limit: true,
  dial_failed: true,
  loop: true,
  drain_deadline: true,
  closed_by_admin: true,
  internal_error: true,
};

/** All of them. */
export const CLOSE_REASONS = Object.keys(ALL) as readonly CloseReason[];
