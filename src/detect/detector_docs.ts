/**
 * What a detector tells people about itself: shown in the README and by
 * `passthru detectors`.
 *
 * @module
 */

/** Where a wire format is laid down. */
export interface DocSource {
  /** The paper and the place in it: `RFC 9846 §4.2.2`. */
  readonly text: string;
  /** Where it can be read, if there is a stable public place. */
  readonly url?: string;
}

/**
 * The documentation of a detector: pure data.
 *
 * Its texts are sentences or parts of them, whose only markup is `code` between
 * two backquotes. Bytes are hexadecimal digits in such code (`16 03 xx`); BE16,
 * LE32 and the like are numbers of so many bits, the big or the little end
 * first; SP, CR, LF are those bytes.
 */
export interface DetectorDocs {
  /** How a connection opens, as short as that can be said. */
  readonly firstBytes: string;
  /**
   * Each fact that a match may carry, by name: what it is, and in which form it
   * is compared. Empty: there are none.
   */
  readonly facts: Readonly<Record<string, string>>;
  /** Where the format is laid down, the most important first. */
  readonly source: readonly DocSource[];
  /**
   * What is taken and what is refused on purpose; what the protocol could be
   * taken for, and the byte that decides.
   */
  readonly stance?: readonly string[];
}

/**
 * An RFC as a source.
 *
 * @param section `4.1.2`, or of an appendix `E.2`; absent: all of it.
 */
export function rfc(number: number, section?: string): DocSource {
  const url = `https://www.rfc-editor.org/rfc/rfc${number}`;
  if (section === undefined) return { text: `RFC ${number}`, url };
  return /^[A-Z]/.test(section)
    ? {
      text: `RFC ${number} appendix ${section}`,
      url: `${url}#appendix-${section}`,
    }
    : { text: `RFC ${number} §${section}`, url: `${url}#section-${section}` };
}
