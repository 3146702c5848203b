/**
 * sslh's command line.
 *
 * @module
 */
import type { SourceText } from "../../config/diagnostics.ts";
import { byteText } from "../bytes.ts";
import type { OtherFiles, Problems } from "../importer.ts";
import { type Origin, quoted } from "../origin.ts";
import { findCommandLine } from "./command_line_places.ts";
import { readConfigFile } from "./config_file.ts";
import { Group, type SslhSettings } from "./group.ts";
import { PROBE_NAMES } from "./protocols.ts";
import type { Word } from "./shell_words.ts";

export { isCommandLine } from "./command_line_places.ts";

interface Context {
  readonly others: OtherFiles;
  readonly problems: Problems;
}

/** Options with a value that are settings, and the names of these. */
const VALUES: Readonly<Record<string, string>> = {
  t: "timeout",
  timeout: "timeout",
  u: "user",
  user: "user",
  P: "pidfile",
  pidfile: "pidfile",
  C: "chroot",
  chroot: "chroot",
  "on-timeout": "on-timeout",
  syslog_facility: "syslog_facility",
  logfile: "logfile",
  udp_max_connections: "udp_max_connections",
};
/** Options without a value that are settings. */
const FLAGS: Readonly<Record<string, string>> = {
  v: "verbose",
  verbose: "verbose",
  f: "foreground",
  foreground: "foreground",
  background: "background",
  n: "numeric",
  numeric: "numeric",
  i: "inetd",
  inetd: "inetd",
  transparent: "transparent",
};
const NUMBERS = new Set(["timeout", "udp_max_connections"]);

/** Reads the command line in a file. What is wrong is in the problems. */
export async function readCommandLine(
  source: SourceText,
  context: Context,
): Promise<SslhSettings> {
  const { words, notes } = await findCommandLine(source, context);
  const options = optionsOf(words, context.problems);
  const file = options.find(({ name }) => name === "F" || name === "config");
  const settings = await settingsOfFile(source, file, context);
  for (const { origin, text } of notes) {
    settings.global.set({ name: text, origin, value: true });
  }
  const own: Group[] = [];
  for (const one of options) {
    if (one === file) continue;
    if (VALUES[one.name] ?? FLAGS[one.name]) {
      setGlobal(settings.global, one, context.problems);
    } else addGroup(one, { settings, own, context });
  }
  return settings;
}

interface GivenOption {
  readonly name: string;
  /** `null`: it takes none. */
  readonly value: string | null;
  readonly origin: Origin;
}

function optionsOf(words: readonly Word[], problems: Problems): GivenOption[] {
  const options: GivenOption[] = [];
  const left = [...words];
  while (left.length > 0) {
    const { text, origin } = left.shift()!;
    const found = /^--?([^=]+)(=(.*))?$/s.exec(text);
    if (found === null) {
      // A variable that is not set may be anything, and is a problem already.
      if (!text.includes("$")) {
        problems.add(origin, `Unexpected argument ${quoted(text)}`);
      }
      continue;
    }
    const [, whole = "", , given] = found;
    const [name, attached] = splitName(whole, text.startsWith("--"));
    if (name.startsWith("verbose-")) {
      options.push({ name: "verbose", value: null, origin });
      continue;
    }
    if (FLAGS[name] !== undefined) {
      options.push({ name, value: null, origin });
      // Several flags of one letter may stand in one word.
      if (attached !== null) left.unshift({ text: `-${attached}`, origin });
      continue;
    }
    if (!takesValue(name)) {
      problems.add(origin, `Unknown option ${quoted(text)}`);
      continue;
    }
    const value = given ?? attached ?? left.shift()?.text;
    if (value === undefined) {
      problems.add(origin, `Option ${quoted(text)} has no value`);
    } else options.push({ name, value, origin });
  }
  return options;
}

/** A name, and what stands behind the letter of a short one. */
function splitName(
  whole: string,
  long: boolean,
): readonly [string, string | null] {
  const known = takesValue(whole) || FLAGS[whole] !== undefined;
  return long || known || whole.length < 2
    ? [whole, null]
    : [whole[0]!, whole.slice(1)];
}

function takesValue(name: string): boolean {
  return VALUES[name] !== undefined || PROBE_NAMES.includes(name) ||
    ["p", "listen", "F", "config"].includes(name);
}

function setGlobal(
  global: Group,
  { name, value, origin }: GivenOption,
  problems: Problems,
): void {
  const setting = VALUES[name] ?? FLAGS[name]!;
  const number = NUMBERS.has(setting);
  if (number && !/^\d+$/.test(value!)) {
    problems.add(
      origin,
      `Invalid value of "${setting}": found ${
        quoted(value!)
      }, expected a number`,
    );
  }
  global.set({
    name: setting,
    origin,
    value: value === null ? true : number ? Number(value) : byteText(value),
  });
}

interface Added {
  readonly settings: SslhSettings;
  /** The entries that the command line has added. */
  readonly own: Group[];
  readonly context: Context;
}

/** Adds a listener or an entry; one of the config file gets the address. */
function addGroup(
  { name, value, origin }: GivenOption,
  { settings, own, context: { problems } }: Added,
): void {
  const address = /^(.+):([\w-]+)$/.exec(value!);
  if (address === null) {
    problems.add(
      origin,
      `Invalid address ${quoted(value!)}: expected "host:port"`,
    );
    return;
  }
  const listens = name === "p" || name === "listen";
  const probe = name === "ssl" ? "tls" : name;
  const known = listens
    ? undefined
    : settings.protocols.find((entry) =>
      entry.text("name")?.replace(/^ssl$/, "tls") === probe &&
      !own.includes(entry)
    );
  const group = known ?? new Group(origin, problems);
  group.set({ name: "host", origin, value: byteText(address[1]!) });
  group.set({ name: "port", origin, value: byteText(address[2]!) });
  if (known !== undefined) return;
  if (listens) settings.listeners.push(group);
  else {
    group.set({ name: "name", origin, value: probe });
    settings.protocols.push(group);
    own.push(group);
  }
}

async function settingsOfFile(
  source: SourceText,
  file: GivenOption | undefined,
  context: Context,
): Promise<SslhSettings> {
  const { others, problems } = context;
  const origin = { source, span: { offset: 0, length: 1 } };
  const none = {
    global: new Group(origin, problems),
    listeners: [],
    protocols: [],
  };
  if (file === undefined) return none;
  const files = await others.read(file.value!, source);
  if (typeof files !== "string" && files.length === 1) {
    return await readConfigFile(files[0]!, context);
  }
  problems.add(
    file.origin,
    typeof files === "string" ? files : `There is no ${quoted(file.value!)}`,
  );
  return none;
}
