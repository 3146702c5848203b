/**
 * The files of a detector module: itself, and what it imports from disk.
 *
 * The runtime loads static imports before the permissions of the worker hold, so
 * they are looked at first: `import text from "/etc/passwd" with { type: "text" }`
 * would read any file. What is imported later, while the worker runs, is up to
 * its permissions, and these let it read nothing.
 *
 * @module
 */

/** Most files of a module. */
const MAX_FILES = 256;

const SPACE = String.raw`(?:\s|/\*[\s\S]*?\*/|//[^\n\r\u2028\u2029]*)`;
/** Nowhere else has a module the two side by side: there is no `with` in it. */
const ATTRIBUTES = new RegExp(String.raw`\bwith${SPACE}*\{`, "u");
/** What is imported, and what only looks so in a comment. */
const SPECIFIER = new RegExp(
  String.raw`\b(?:from|import)${SPACE}*(?:"([^"\n]*)"|'([^'\n]*)')`,
  "gu",
);
/** The folder of passthru's own modules, which are not looked at. */
const OWN = new URL("../", import.meta.url).href;

/** A file of a module. */
export interface ModuleFile {
  /** A `file:` URL. */
  readonly url: string;
  readonly bytes: Uint8Array;
}

/**
 * Reads a module and all that it imports from disk, itself first.
 *
 * @throws {Error} When it could read more than code by that; the message says
 * where. What reading the module itself throws.
 */
export async function readModule(url: URL): Promise<ModuleFile[]> {
  const files = new Map<string, ModuleFile>();
  const left = [url.href];
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    if (files.has(next)) continue;
    const bytes = await readFile(new URL(next), files.size === 0);
    if (bytes === null) continue;
    if (files.size === MAX_FILES) {
      throw new Error(`it imports more than ${MAX_FILES} files`);
    }
    files.set(next, { url: next, bytes });
    left.push(...importedFiles(next, new TextDecoder().decode(bytes)));
  }
  return [...files.values()];
}

/** @returns `null`: it is not there, which the runtime says if it matters. */
async function readFile(
  url: URL,
  isFirst: boolean,
): Promise<Uint8Array | null> {
  try {
    return await Deno.readFile(url);
  } catch (error) {
    if (isFirst || !(error instanceof Deno.errors.NotFound)) throw error;
    return null;
  }
}

/** The files that a text imports, if it imports nothing but code. */
function importedFiles(url: string, text: string): string[] {
  const attributes = ATTRIBUTES.exec(text);
  if (attributes !== null) {
    throw new Error(
      `${
        placeOf(url, text, attributes.index)
      }: import attributes (with { … }) are not allowed, they could read any file`,
    );
  }
  return [...text.matchAll(SPECIFIER)].flatMap((found) => {
    const specifier = found[1] ?? found[2]!;
    const refused = /^(?:data|blob|npm):|\\/i.exec(specifier);
    if (refused === null) return fileOf(specifier, url);
    throw new Error(
      `${placeOf(url, text, found.index)}: import of ${
        JSON.stringify(specifier)
      } is not allowed, expected a path such as "./words.ts"`,
    );
  });
}

/** The file that a specifier names; empty: it names none, or one of passthru. */
function fileOf(specifier: string, from: string): string[] {
  const isPath = /^(?:\.{0,2}\/|file:)/i.test(specifier);
  const url = isPath ? URL.parse(specifier, from)?.href : resolved(specifier);
  return url?.startsWith("file:") && !url.startsWith(OWN) ? [url] : [];
}

/** What a name stands for by the imports that passthru was started with. */
function resolved(name: string): string | undefined {
  try {
    return import.meta.resolve(name);
  } catch {
    return undefined;
  }
}

function placeOf(url: string, text: string, offset: number): string {
  const before = text.slice(0, offset).split("\n");
  const file = decodeURIComponent(new URL(url).pathname.split("/").at(-1)!);
  return `${file}:${before.length}:${[...before.at(-1)!].length + 1}`;
}
