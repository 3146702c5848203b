/**
 * The words of a rule's text, and what is wrong with them.
 *
 * @module
 */
import { quoted } from "./diagnostics.ts";
import { hasWord, type Words } from "../rule/condition.ts";
import { type JsonNode, properties } from "./json_tree.ts";

/** The rule that takes what no other rule takes. */
export const CATCHALL = "CATCHALL";

/** Something wrong in a rule, and where in its text. */
export interface RuleProblem {
  readonly severity: "error" | "warning";
  readonly message: string;
  /** Place in the rule's text. */
  readonly offset: number;
  readonly length: number;
}

/** A part of a rule's text without white space. */
export interface Token {
  readonly text: string;
  /** Place in the rule's text. */
  readonly offset: number;
}

/** What reading a rule needs to know of its protocol. */
export interface RuleContext {
  /** Name of the detector, for messages. */
  readonly protocol: string;
  readonly words: Words;
}

/** Takes a rule's text apart at its white space. */
export function tokenize(rule: string): Token[] {
  return [...rule.matchAll(/\S+/g)].map((found) => ({
    text: found[0],
    offset: found.index,
  }));
}

/** The keys of the rules of a protocol, by their texts with white space folded. */
export function ruleKeys(
  protocol: JsonNode | undefined,
): ReadonlyMap<string, JsonNode> {
  const keys = new Map<string, JsonNode>();
  for (const { name, key } of properties(protocol)) {
    const text = textOf(tokenize(name));
    if (!keys.has(text)) keys.set(text, key);
  }
  return keys;
}

/** Tokens as a text, with one space between them. */
export function textOf(tokens: readonly Token[]): string {
  return tokens.map(({ text }) => text).join(" ");
}

/** A word without its `!`. */
export function bareWord({ text }: Token): string {
  return text.startsWith("!") ? text.slice(1) : text;
}

/** How many tokens the value of a word has. */
export function valueTokens(word: Token, { own }: Words): number {
  const name = bareWord(word);
  const known = Object.hasOwn(own, name) ? own[name] : undefined;
  return known?.flag === true ? 0 : known?.tokens ?? 1;
}

/** Whether a word takes several values by comma. */
export function takesList(word: Token, { own, common }: Words): boolean {
  const name = bareWord(word);
  return Object.hasOwn(common, name) ||
    Object.hasOwn(own, name) && own[name]!.kind === "host";
}

/** Whether it is a word of the protocol, with a `!` or without. */
export function isWord(token: Token, words: Words): boolean {
  return hasWord(words, bareWord(token));
}

/** The word for the host that clients ask for; `undefined`: they name none. */
export function hostWordOf({ own }: Words): string | undefined {
  return Object.keys(own).find((word) => own[word]!.kind === "host");
}

/** An example of a word's value. */
export function exampleOf(word: string, { own, common }: Words): string {
  const words: Readonly<Record<string, { readonly example: string }>> = {
    ...own,
    ...common,
  };
  return words[word]!.example;
}

/** What was probably meant, for the end of a message. */
export function meant(text: string): string {
  return ` (did you mean ${quoted(text)}?)`;
}

/** An error about a token. */
export function problem(token: Token, message: string): RuleProblem {
  const { offset, text } = token;
  return { severity: "error", message, offset, length: text.length };
}

/** An error about several tokens in a row. */
export function across(tokens: readonly Token[], message: string): RuleProblem {
  const last = tokens.at(-1)!;
  return {
    ...problem(tokens[0]!, message),
    length: last.offset + last.text.length - tokens[0]!.offset,
  };
}
