/**
 * Many script files as one: the page comes in a single answer, and a script that
 * stands in a page can import nothing.
 *
 * @module
 */

/** A script file of the page. */
export interface Script {
  /** Without the ending: `visible_text`. */
  readonly name: string;
  /** An ES module; see {@linkcode joinScripts} for what it may be written like. */
  readonly text: string;
}

const IMPORT = /^import \{([^}]*)\} from "\.\/([a-z_]+)\.js";$/gm;
const EXPORT = /^export (?=(?:async function|function|class|const) (\w+))/gm;
/** What would end the script, or start a comment, where it stands in a page. */
const MARKUP = /<!--|<\/?script/i;

/**
 * Joins modules to one script that does what they do together. Each keeps a scope
 * of its own: `import { a } from "./b.js"` becomes `const { a } = b`, and a module
 * becomes a function that returns what it exports.
 *
 * @param scripts In an order in which each imports only from those before it.
 * @throws {SyntaxError} When a file imports from one that is not before it, or has
 *   an import or export of another form.
 */
export function joinScripts(scripts: readonly Script[]): string {
  const before = new Set<string>();
  let joined = '"use strict";\n';
  for (const script of scripts) {
    joined += asFunction(script, before);
    before.add(script.name);
  }
  return joined;
}

function asFunction(
  { name, text }: Script,
  before: ReadonlySet<string>,
): string {
  const exported = Array.from(text.matchAll(EXPORT), ([, found]) => found);
  const body = text
    .replace(IMPORT, (_, names: string, from: string) => {
      if (before.has(from)) return `const {${names}} = ${from};`;
      throw new SyntaxError(`${name}.js: "${from}.js" must stand before it`);
    })
    .replace(EXPORT, "");
  const left = /^(?:import|export)\b.*/m.exec(body) ?? MARKUP.exec(body);
  if (left !== null) {
    throw new SyntaxError(`${name}.js: cannot be joined: "${left[0]}"`);
  }
  return `const ${name} = (() => {\n${body}\nreturn { ${
    exported.join(", ")
  } };\n})();\n`;
}
