/**
 * The query of `GET /api/connections`.
 *
 * @module
 */
import { didYouMean, orList } from "../config/diagnostics.ts";
import { ApiFailure } from "./answers.ts";
import type { ConnectionQuery } from "./api.ts";

const STATES = ["live", "recent", "all"] as const;
const SORTS = [
  "accepted_at",
  "bytes",
  "bytes_up",
  "bytes_down",
  "duration_seconds",
] as const;
const TEXTS = ["listener", "protocol", "target", "reason", "q"] as const;
const NAMES = ["state", ...TEXTS, "sort", "limit"];
/** Most connections that are answered. */
const MAX_LIMIT = 1_000;

/**
 * Reads the query.
 *
 * @throws {ApiFailure} 400, with all that is wrong.
 */
export function parseConnectionQuery(query: URLSearchParams): ConnectionQuery {
  const problems: string[] = [];
  const parsed: Record<string, string | number> = {};
  for (const name of new Set(query.keys())) {
    const values = query.getAll(name);
    if (!NAMES.includes(name)) {
      problems.push(
        `Unknown parameter ${JSON.stringify(name)}: expected ${orList(NAMES)}${
          didYouMean(name, NAMES)
        }`,
      );
    } else if (values.length > 1) {
      problems.push(`Parameter "${name}" is there ${values.length} times`);
    } else {
      const value = valueOf(name, values[0]!, problems);
      if (value !== null) parsed[name] = value;
    }
  }
  if (problems.length > 0) throw new ApiFailure(400, problems.join("; "));
  return parsed as ConnectionQuery;
}

/** @returns `null` when the parameter says nothing, or nothing good. */
function valueOf(
  name: string,
  text: string,
  problems: string[],
): string | number | null {
  if (name === "state") return wordOf(name, text, STATES, problems);
  if (name === "sort") return wordOf(name, text, SORTS, problems);
  if (name !== "limit") return text === "" ? null : text;
  const limit = Number(text);
  if (/^\d{1,6}$/.test(text) && limit >= 1 && limit <= MAX_LIMIT) return limit;
  problems.push(
    `Invalid "limit": found ${
      JSON.stringify(text)
    }, expected a whole number from 1 to ${MAX_LIMIT}`,
  );
  return null;
}

function wordOf(
  name: string,
  text: string,
  words: readonly string[],
  problems: string[],
): string | null {
  if (words.includes(text)) return text;
  problems.push(
    `Invalid "${name}": found ${JSON.stringify(text)}, expected ${
      orList(words)
    }${didYouMean(text, words)}`,
  );
  return null;
}
