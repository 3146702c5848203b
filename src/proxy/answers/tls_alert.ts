/**
 * A TLS alert to a client that has sent its ClientHello.
 *
 * Wire: record `15`, version, BE16 length 2, level, description (RFC 9846 §5.1,
 * §6). Nothing is encrypted yet at this point.
 *
 * @module
 */

const ALERT = 21;
const FATAL = 2;
/** The name is nobody's here (RFC 6066 §3). */
export const UNRECOGNIZED_NAME = 112;
/** The hello could not be understood (RFC 9846 §6.2). */
export const DECODE_ERROR = 50;

/** Minor versions of records by what the hello offers at most. */
const MINORS: ReadonlyMap<unknown, number> = new Map([
  ["3.0", 0],
  ["1.0", 1],
  ["1.1", 2],
]);
/** TLS 1.2, which TLS 1.3 puts on its records too (RFC 9846 §5.1). */
const DEFAULT_MINOR = 3;

/**
 * A fatal alert as a record of its own.
 *
 * @param description {@linkcode UNRECOGNIZED_NAME}, ...
 * @param version The highest version that the hello offers, as its facts name
 * it: a client of an old one takes no newer record.
 */
export function tlsAlert(
  description: number,
  version: unknown,
): Uint8Array<ArrayBuffer> {
  const minor = MINORS.get(version) ?? DEFAULT_MINOR;
  return Uint8Array.of(ALERT, 3, minor, 0, 2, FATAL, description);
}
