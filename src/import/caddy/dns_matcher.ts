/**
 * The DNS matcher: lists of questions that are allowed and denied.
 *
 * @module
 */
import {
  all,
  allOf,
  any,
  anyOf,
  type Expression,
  is,
  not,
  TRUE,
  unknown,
  word,
} from "../ordered/expression.ts";
import { quoted } from "../origin.ts";
import type { ObjectReader } from "../tree/reader.ts";

/** Whether a question is allowed. */
export function dnsMatcher(object: ObjectReader): Expression {
  const allow = rules(object, "allow");
  const deny = rules(object, "deny");
  const isStrict = object.boolean("default_deny") === true;
  const prefersAllow = object.boolean("prefer_allow") === true;
  return all(is("DNS"), decision());

  function decision(): Expression {
    if (allow === null && deny === null) return TRUE;
    if (deny === null) return allow!;
    if (allow === null) return not(deny);
    if (prefersAllow) return isStrict ? allow : any(allow, not(deny));
    return isStrict ? all(allow, not(deny)) : not(deny);
  }
}

function rules(object: ObjectReader, name: string): Expression | null {
  const items = object.items(name);
  return items.length === 0 ? null : anyOf(items.map(question));
}

function question(rule: ObjectReader): Expression {
  return allOf(rule.fields.map(({ name }) => {
    const text = rule.text(name) ?? "";
    switch (name) {
      case "name":
        return word("DNS", ["NAME", text.replace(/(.)\.$/, "$1")]);
      case "type":
        return word("DNS", ["TYPE", text]);
      case "name_regexp":
        return /\\\.\$?$|\[\.\]\$?$/.test(text)
          // The name has its last dot there.
          ? word("DNS", [
            "NAME",
            `/${text.replace(/(?:\\\.|\[\.\])(\$?)$/, "$1")}/`,
          ])
          : unknown(`the expression ${quoted(text)} of a DNS name`);
    }
    return unknown(`${quoted(name)} of a DNS question`);
  }));
}
