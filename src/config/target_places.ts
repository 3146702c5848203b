/**
 * Where the targets are that are not at a host and a port of the config.
 *
 * @module
 */

/** At a Unix socket. */
export interface UnixTargetPlace {
  /** The discriminant. */
  readonly kind: "unix";
  /** As the config spells it: `unix:/run/app.sock`. */
  readonly text: string;
  /** Absolute path of the socket. */
  readonly path: string;
}

/** What a client says that may name its target. */
export type DynamicFact = "sni" | "host";

/** Where the client says, within a wildcard. */
export interface DynamicTargetPlace {
  /** The discriminant. */
  readonly kind: "dynamic";
  /** As the config spells it: `{sni}:443`. */
  readonly text: string;
  /** The fact that is the target's host. */
  readonly fact: DynamicFact;
  /** What the host must end in, of the rule's wildcard: `.example.com`. */
  readonly under: string;
  /** The port. */
  readonly port: number;
  /** Whether it may lead to addresses that are not public. */
  readonly allowPrivate: boolean;
}

/** What DNS says of a service (RFC 2782). */
export interface SrvTargetPlace {
  /** The discriminant. */
  readonly kind: "srv";
  /** As the config spells it: `srv:_https._tcp.app.service.consul`. */
  readonly text: string;
  /** The name to ask for, in lower case. */
  readonly name: string;
  /** What the answers may be, as permission scopes. Not empty. */
  readonly within: readonly string[];
}

/** Any of them, told apart by `kind`. */
export type OtherTargetPlace =
  | UnixTargetPlace
  | DynamicTargetPlace
  | SrvTargetPlace;

/** Most targets of a `srv:` upstream at a time, those that drain included. */
export const MAX_SRV_TARGETS = 64;
