/**
 * What a Plan says of the admin address.
 *
 * @module
 */
import type { HostPort } from "./address.ts";

/** Where the admin API and the page are served, and to whom. */
export interface AdminPlan {
  /** Where to listen. */
  readonly listen: HostPort;
  /**
   * Path of the file that holds the token, as the config spells it: a relative
   * one begins at the config's folder. Default: there is no token.
   */
  readonly tokenFile?: string;
  /** Names that the `Host` header may have, beside those it may have anyhow. */
  readonly hosts: readonly string[];
}
