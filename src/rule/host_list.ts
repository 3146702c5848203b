/**
 * Lists of hosts: `SNI a.example,*.b.example` holds for each of them.
 *
 * @module
 */
import type { ParsedValue, RuleWord } from "../detect/rule_grammar.ts";
import { anyMatcher, type Matcher } from "../detect/matchers.ts";

/** Parses a host, or several by comma. A regular expression stands alone. */
export function parseHosts(word: RuleWord, value: string): ParsedValue {
  if (!value.includes(",") || value.startsWith("/")) return word.parse(value);
  const parts = value.split(",");
  const found = new Map<string, Matcher>();
  const remarks: string[] = [];
  for (const part of parts) {
    const parsed = parsePart(word, part);
    if (!parsed.ok) return inList(parsed, part, parts);
    const { matcher, remark } = parsed;
    const key = `${matcher.form} ${matcher.value}`;
    if (remark !== undefined) remarks.push(remark);
    if (found.has(key)) remarks.push(`${JSON.stringify(part)} is repeated`);
    found.set(key, matcher);
  }
  const matchers = [...found.values()];
  return {
    ok: true,
    matcher: matchers.length === 1 ? matchers[0]! : anyMatcher(matchers),
    ...(remarks.length === 0 ? {} : { remark: remarks.join("; ") }),
  };
}

function parsePart(word: RuleWord, part: string): ParsedValue {
  if (part === "") {
    return { ok: false, expected: "a host between the commas", suggestion: "" };
  }
  return part.startsWith("/")
    ? {
      ok: false,
      expected: "hosts: a regular expression stands alone, not in a list",
    }
    : word.parse(part);
}

/** What is wrong with a part, with the whole list that was probably meant. */
function inList(
  { expected, suggestion }: Extract<ParsedValue, { readonly ok: false }>,
  part: string,
  parts: readonly string[],
): ParsedValue {
  const why = part === "" ? expected : `${expected} (${JSON.stringify(part)})`;
  if (suggestion === undefined) return { ok: false, expected: why };
  const meant = parts.map((each) => each === part ? suggestion : each)
    .filter((each) => each !== "").join(",");
  return {
    ok: false,
    expected: why,
    ...(meant === "" ? {} : { suggestion: meant }),
  };
}
