/**
 * Finds a command line of sslh in a file: the file is one, or it sets variables
 * for a shell, or it is a unit of systemd.
 *
 * @module
 */
import type { SourceText } from "../../config/diagnostics.ts";
import type { OtherFiles, Problems } from "../importer.ts";
import { type Note, quoted } from "../origin.ts";
import { shellWords, type Word } from "./shell_words.ts";

/** The words of a command line without the program. */
export interface FoundCommandLine {
  readonly words: readonly Word[];
  /** Names of what else the file sets. */
  readonly notes: readonly Note[];
}

interface Context {
  readonly others: OtherFiles;
  readonly problems: Problems;
}

/** What sets a variable, with or without quotes. */
const ASSIGNMENT =
  /^[ \t]*(?:export[ \t]+)?([A-Za-z_]\w*)=("(?:[^"\\]|\\[^])*"|'[^']*'|[^\s#"']*)/gm;
const UNIT = /^[ \t]*\[(?:Unit|Service|Install)\]/m;
const OPTION = /(?:^|\s)--?(?:p|F|ss[lh]|tls|listen|config|anyprot|http)\b/;

/** Whether a file has a command line, and no config. */
export function isCommandLine(text: string): boolean {
  if (UNIT.test(text)) return true;
  const lines = text.replace(/#[^\n]*/g, "");
  return !/\b(?:listen|protocols)\s*[:=]\s*\(/.test(lines) &&
    OPTION.test(lines.replace(/["']/g, " "));
}

/** Finds the command line. */
export async function findCommandLine(
  source: SourceText,
  context: Context,
): Promise<FoundCommandLine> {
  const { text } = source;
  if (UNIT.test(text)) return await inUnit(source, context);
  const all = assignments(source, context.problems);
  if (all.size === 0) {
    const words = shellWords(whole(source), context.problems);
    return {
      words: expanded(withoutProgram(words), all, context.problems),
      notes: [],
    };
  }
  return inVariables(source, all, context);
}

function whole(source: SourceText) {
  return { source, start: 0, end: source.text.length };
}

interface Assignment {
  readonly words: readonly Word[];
  readonly note: Note;
}

/** The variables that a file sets, with the words of their values. */
function assignments(
  source: SourceText,
  problems: Problems,
): Map<string, Assignment> {
  const found = new Map<string, Assignment>();
  for (
    const [line, name, value] of source.text.matchAll(ASSIGNMENT)
      .map((match) => [match, match[1]!, match[2]!] as const)
  ) {
    const end = line.index + line[0].length;
    const quotes = /^["']/.test(value) ? 1 : 0;
    const start = end - value.length + quotes;
    const span = { offset: line.index, length: line[0].length };
    found.set(name, {
      words: shellWords({ source, start, end: end - quotes }, problems),
      note: { origin: { source, span }, text: name },
    });
  }
  return found;
}

function inVariables(
  source: SourceText,
  all: ReadonlyMap<string, Assignment>,
  { problems }: Context,
): FoundCommandLine {
  const options = [...all].filter(([, { words }]) =>
    words.some(({ text }) => OPTION.test(text))
  );
  if (options.length !== 1) {
    problems.add(
      { source, span: { offset: 0, length: 1 } },
      `Expected one variable with options of sslh, found ${options.length}`,
    );
  }
  const [name, found] = options[0] ?? ["", { words: [] }];
  return {
    words: expanded(found.words, all, problems),
    notes: [...all].filter(([other]) => other !== name && other !== "DAEMON")
      .map(([, { note }]) => note),
  };
}

async function inUnit(
  source: SourceText,
  { others, problems }: Context,
): Promise<FoundCommandLine> {
  const start = /^[ \t]*ExecStart[ \t]*=[ \t]*[-@:+!]*((?:\\\r?\n|[^\n])*)/m
    .exec(source.text);
  if (start === null) {
    const origin = { source, span: { offset: 0, length: 1 } };
    problems.add(origin, 'There is no "ExecStart"');
    return { words: [], notes: [] };
  }
  const end = start.index + start[0].length;
  const words = shellWords(
    { source, start: end - start[1]!.length, end },
    problems,
  );
  const variables = new Map<string, Assignment>();
  const files = source.text.matchAll(
    /^[ \t]*EnvironmentFile[ \t]*=[ \t]*-?(\S+)/gm,
  );
  for (const file of files) {
    const read = await others.read(file[1]!, source);
    const span = { offset: file.index, length: file[0].length };
    if (typeof read === "string") problems.add({ source, span }, read);
    else {
      for (const one of read) {
        assignments(one, problems).forEach((value, name) =>
          variables.set(name, value)
        );
      }
    }
  }
  const span = { offset: 0, length: source.text.length };
  const notes = [{ origin: { source, span }, text: "the rest of the unit" }];
  return {
    words: expanded(withoutProgram(words), variables, problems),
    notes,
  };
}

function withoutProgram(words: readonly Word[]): readonly Word[] {
  const at = words.findIndex(({ text }) => /(?:^|\/)sslh(?:-\w+)?$/.test(text));
  return words.slice(at + 1);
}

/** Words with those of the variables that they name; not set is a problem. */
function expanded(
  words: readonly Word[],
  variables: ReadonlyMap<string, Assignment>,
  problems: Problems,
): Word[] {
  return words.flatMap((word) => {
    const name = /^\$\{?(\w+)\}?$/.exec(word.text)?.[1];
    const known = name === undefined ? undefined : variables.get(name);
    if (known !== undefined) return known.words;
    if (word.text.includes("$")) {
      problems.add(
        word.origin,
        `The variable in ${
          quoted(word.text)
        } is not set here: expected its value`,
      );
    }
    return [word];
  });
}
