/**
 * Why an admin server did not answer, in words.
 *
 * @module
 */
import { errorCode, PassthruError } from "../errors.ts";

/** What the runtime's messages say, and what that means here. */
const MEANINGS: readonly (readonly [RegExp, string])[] = [
  [
    /connection refused/i,
    'nothing listens there (is "admin" in its config, and at this address?)',
  ],
  [/failed to lookup address|dns error/i, "host name not found"],
  [/network (is )?unreachable/i, "network unreachable"],
  [/no route to host/i, "host unreachable"],
  [/connection reset/i, "connection reset"],
  [/invalid HTTP|SendRequest/, "what listens there does not speak HTTP"],
];

/**
 * The error of a call that got no answer. The runtime gives no codes for what
 * goes wrong in fetch, so its messages are searched.
 *
 * @param error What fetch threw.
 */
export function noAnswer(
  host: string,
  timeoutMs: number,
  error: unknown,
): PassthruError {
  const code = errorCode(error);
  const text = code === "NOT_CAPABLE"
    ? `not permitted by the Deno permissions, run with ${flagFor(host)}`
    : code === "TIMEOUT"
    ? `no answer within ${timeoutMs / 1_000} s`
    : meaning(error);
  return new PassthruError(`Cannot ask ${host}: ${text}`, {
    code: code === "NOT_CAPABLE" ? "missing_permissions" : "no_answer",
    source: "target",
    cause: error,
  });
}

function meaning(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause, message } = error;
  const text = cause instanceof Error ? cause.message : message;
  return MEANINGS.find(([pattern]) => pattern.test(text))?.[1] ?? text;
}

/** The flag, quoted for a shell where brackets mean something to it. */
function flagFor(host: string): string {
  const flag = `--allow-net=${host}`;
  return host.startsWith("[") ? `'${flag}'` : flag;
}
