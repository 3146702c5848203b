/**
 * Which format a file is imported as, or why it is none.
 *
 * @module
 */
import { orList, type SourceText } from "../config/diagnostics.ts";
import { aboutFormat, formatsOf, startOf, toldFormats } from "./formats.ts";
import { type Format, FORMATS } from "./importer.ts";

/** A format, or what is wrong with the file: a sentence. */
export type ChosenFormat =
  | { readonly ok: true; readonly format: Format }
  | { readonly ok: false; readonly problem: string };

/**
 * Chooses a format.
 *
 * @param wanted What the command line says. Default: what the file looks like.
 */
export function chooseFormat(
  { file, text }: SourceText,
  wanted?: Format,
): ChosenFormat {
  const known = wanted === undefined ? FORMATS : [wanted];
  if (text.trim() === "") {
    const about = orList(known.map(aboutFormat));
    return { ok: false, problem: `The file is empty: expected ${about}` };
  }
  if (isOwnConfig(text)) {
    return {
      ok: false,
      problem: `The file is a config of passthru already: expected ${
        orList(known.map(aboutFormat))
      }`,
    };
  }
  if (wanted !== undefined) return { ok: true, format: wanted };
  const [first, ...others] = formatsOf(file, text);
  if (first !== undefined && others.length === 0) {
    return { ok: true, format: first };
  }
  const [what, names] = first === undefined
    ? ["The file has no format that can be imported", known]
    : ["The file has several formats", [first, ...others]];
  return {
    ok: false,
    problem: `${what}: expected ${orList(names)}, name it with --format`,
  };
}

/** What a file that was read as one format looks like; `null`: as that one. */
export function likelyFormat(text: string, read: Format): Format | null {
  const [first, ...others] = toldFormats(text);
  return first === undefined || others.length > 0 || first === read
    ? null
    : first;
}

function isOwnConfig(text: string): boolean {
  const start = startOf(text);
  return /"version"\s*:\s*"v\d/.test(start) &&
    /"(?:servers|include)"\s*:/.test(start);
}
