/**
 * What the config names that is counted by.
 *
 * @module
 */

/** All of a config. */
export interface CountedNames {
  readonly listeners: readonly CountedListener[];
}

/** A listener. */
export interface CountedListener {
  /** As the config spells it. */
  readonly listener: string;
  /** Its detectors, and `SILENT` where it has a rule for that. */
  readonly protocols: readonly string[];
  readonly rules: readonly CountedRule[];
}

/** A rule of a listener. */
export interface CountedRule {
  /** As reports have it: `TLS/SNI example.com`. */
  readonly rule: string;
  /** Its targets as the config spells them, or as they were found. */
  readonly targets: readonly string[];
  /**
   * Whether clients name the target: there are as many as they like, so they
   * count as the one that is in `targets`, `{sni}:443`.
   */
  readonly named: boolean;
}
