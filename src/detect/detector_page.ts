/**
 * What is shown of a detector, as plain data: the README and
 * `passthru detectors` are made from it.
 *
 * @module
 */
import type { DatagramDetector, Detector, Transport } from "./detector.ts";
import type { DocSource } from "./detector_docs.ts";
import type { RuleGrammar, RuleWord } from "./rule_grammar.ts";

/** A rule word of a detector. */
export interface RulePage {
  /** The word: `SNI`. */
  readonly word: string;
  /** A rule of it, as a config has it: `SNI example.com`. */
  readonly example: string;
  /** The fact that it tests. */
  readonly fact: string;
  /** What it tests, in words. */
  readonly tests: string;
}

/** The page of a detector. The names are a contract: they are JSON too. */
export interface DetectorPage {
  /** Its name in the config. */
  readonly name: string;
  /** One line: what it recognises. */
  readonly summary: string;
  /** How its bytes travel. */
  readonly transport: Transport;
  /** Most bytes of a connection that it can make use of; absent for UDP. */
  readonly max_bytes?: number;
  /** Most datagrams of a flow that it can make use of; absent for TCP. */
  readonly max_datagrams?: number;
  /** How a connection opens; `null`: not said. */
  readonly first_bytes: string | null;
  /** Its rule words but for `CATCHALL`, which every detector has. */
  readonly rules: readonly RulePage[];
  /** Its facts with what each is. */
  readonly facts: Readonly<Record<string, string>>;
  /** Where the format is laid down. */
  readonly source: readonly DocSource[];
  /** What it takes and what it refuses on purpose. */
  readonly stance: readonly string[];
  /** The detector of the same name for datagrams, where this one is for TCP. */
  readonly udp?: DetectorPage;
}

/** Makes the page of a detector, with or without {@linkcode Detector.docs}. */
export function detectorPage(
  detector: Detector | DatagramDetector,
): DetectorPage {
  const { name, summary, rules, docs } = detector;
  return {
    name,
    summary,
    ...(detector.transport === "udp"
      ? { transport: "udp", max_datagrams: detector.maxDatagrams }
      : { transport: "tcp", max_bytes: detector.maxBytes }),
    first_bytes: docs?.firstBytes ?? null,
    rules: rulePages(rules),
    facts: docs?.facts ?? {},
    source: docs?.source ?? [],
    stance: docs?.stance ?? [],
  };
}

/**
 * Makes the pages of detectors, one a name, sorted: where one has a detector for
 * TCP and one for datagrams, the page of the second is in that of the first.
 */
export function detectorPages(
  detectors: readonly (Detector | DatagramDetector)[],
): DetectorPage[] {
  const pages = new Map<string, DetectorPage>();
  for (const page of detectors.map(detectorPage)) {
    const known = pages.get(page.name);
    if (known === undefined) pages.set(page.name, page);
    else if (known.transport === "udp") {
      pages.set(page.name, { ...page, udp: known });
    } else pages.set(page.name, { ...known, udp: page });
  }
  return [...pages.values()].sort((a, b) => a.name < b.name ? -1 : 1);
}

function rulePages(rules: RuleGrammar): RulePage[] {
  return Object.entries(rules).map(([word, rule]) => ({
    word,
    example: `${word} ${rule.example}`.trim(),
    fact: rule.fact,
    tests: testText(rule),
  }));
}

function testText(rule: RuleWord): string {
  const fact = `\`${rule.fact}\``;
  if (rule.flag === true) {
    return `the fact ${fact} is ${isForAbsent(rule) ? "absent" : "present"}`;
  }
  const same = `${rule.many ? `one of ${fact}` : fact} is this`;
  if (rule.kind === "host") {
    return `${same} name; also \`*.example.com\` for all names below it, and \`/regex/\``;
  }
  const forms = [
    ...(takesPrefix(rule) ? ["`value*` for a prefix"] : []),
    ...(takesRegex(rule) ? ["`/regex/`"] : []),
  ];
  return forms.length === 0
    ? `${same} value`
    : `${same} value; also ${forms.join(" and ")}`;
}

/** Whether a word without a value holds where its fact is not there. */
function isForAbsent(rule: RuleWord): boolean {
  const parsed = rule.parse("");
  return parsed.ok && parsed.matcher.test({});
}

/** Whether a value may be a regular expression. */
function takesRegex(rule: RuleWord): boolean {
  const parsed = rule.parse(rule.example.replace(/\S+$/, "/^x/"));
  return parsed.ok && parsed.matcher.form === "pattern";
}

/** Whether a `*` at the end of a value stands for any rest. */
function takesPrefix(rule: RuleWord): boolean {
  const parsed = rule.parse(rule.example.replace(/\*$/, "") + "*");
  return parsed.ok && parsed.matcher.form === "prefix";
}
