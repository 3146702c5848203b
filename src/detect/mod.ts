/**
 * What the author of a detector needs: the contract, the words for rules, and
 * readers for bytes and host names. A module of it runs in the workers' sandbox.
 *
 * @example A protocol that opens with `HELO `
 * ```ts
 * import { type Detector, match, more, NO } from "@passthru/passthru/detector";
 *
 * const START = new TextEncoder().encode("HELO ");
 *
 * const detector: Detector = {
 *   name: "GREETER",
 *   summary: "HELO and a space",
 *   maxBytes: START.length,
 *   rules: {},
 *   detect(view) {
 *     for (let i = 0; i < START.length; i++) {
 *       if (i === view.length) return more(i + 1);
 *       if (view[i] !== START[i]) return NO;
 *     }
 *     return match({});
 *   },
 * };
 *
 * export default detector;
 * ```
 *
 * @module
 */
export * from "./byte_reader.ts";
export * from "./detector.ts";
export * from "./detector_docs.ts";
export * from "./host.ts";
export * from "./linear_regex.ts";
export * from "./rule_grammar.ts";
