/**
 * Host patterns of other programs as values of `SNI`.
 *
 * @module
 */
import { readHostValue } from "../detect/host_value.ts";
import { escaped } from "./ordered/regex_text.ts";

/**
 * A pattern as fnmatch(3) has it, as the value of a host condition: a name, a
 * wildcard or a regular expression. `null`: it matches every name.
 */
export function globHost(glob: string): string | null {
  const text = glob.toLowerCase();
  if (/^\*+$/.test(text)) return null;
  if (!/[*?[\\]/.test(text.replace(/^\*\./, "")) && readHostValue(text).ok) {
    return text.replace(/\.$/, "");
  }
  const body = text.replace(
    /\\([^])|\[([!^]?)(\]?[^\]]*)\]|\*+|\?|([^])/g,
    (whole, literal?: string, not?: string, set?: string, char?: string) => {
      if (set !== undefined) {
        return `[${not ? "^" : ""}${set.replace(/[\\\][]/g, "\\$&")}]`;
      }
      if (whole.startsWith("*")) return ".*";
      if (whole === "?") return ".";
      return escaped(literal ?? char!);
    },
  );
  return `/^${body}$/`;
}
