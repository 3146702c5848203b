/**
 * The lines of a config that nothing has been made of.
 *
 * @module
 */
import { quoted } from "../origin.ts";
import type { Note } from "../origin.ts";
import { variableProblem } from "./patterns.ts";
import type { Ledger } from "./ledger.ts";
import type { Section } from "./sections.ts";
import { type Line, originOf, textOf } from "./words.ts";

const CHECKED =
  "a check only connects, so a target that would fail this one stays in use";
/** Why keywords have no equivalent. */
const REASONS: Readonly<Record<string, string>> = {
  acl: "no rule that was imported uses it",
  chroot: "the permissions of Deno bound what passthru may reach",
  daemon: "a service manager runs passthru",
  group: "a service manager sets it",
  log:
    '"log" of passthru writes one line for each connection to standard error',
  "log-format": "the log has fields of its own",
  "log-tag": "the log has fields of its own",
  nbproc: '"workers" is one for each core by default',
  nbthread: '"workers" is one for each core by default',
  pidfile: "a service manager knows the process",
  "rate-limit": '"max_new_per_second_per_ip" counts by address',
  stats: '"admin" serves a status page and metrics',
  "stick-table": '"balance": "source_hash" keeps clients at their target',
  stick: '"balance": "source_hash" keeps clients at their target',
  "tcp-check": CHECKED,
  "http-check": CHECKED,
  "tcp-response": "what targets answer is not looked at",
  "http-request": "requests are not changed",
  "http-response": "responses are not changed",
  ulimit: "a service manager sets it",
  user: "a service manager sets it",
  "persist": "connections are not bound to servers by cookies",
  source: "the system chooses the address that connections come from",
};
const OPTIONS: Readonly<Record<string, string>> = {
  clitcpka: "idle_timeout ends connections without a byte",
  srvtcpka: "idle_timeout ends connections without a byte",
  tcpka: "idle_timeout ends connections without a byte",
  dontlognull: "connections without a byte are logged at the level debug alone",
  httpchk: CHECKED,
  "ssl-hello-chk": CHECKED,
  "mysql-check": CHECKED,
  "pgsql-check": CHECKED,
  "redis-check": CHECKED,
  smtpchk: CHECKED,
  "ldap-check": CHECKED,
};
const TIMEOUTS: Readonly<Record<string, string>> = {
  "client-fin": "idle_timeout holds for half-closed connections, too",
  "server-fin": "idle_timeout holds for half-closed connections, too",
  queue: "connections do not wait in a queue",
};

/** Options that passthru has without being told. */
const ALWAYS = new Set([
  "tcplog",
  "redispatch",
  "tcp-check",
  "log-health-checks",
]);

/** A note for each line of a section of which something is left. */
export function leftovers(section: Section, ledger: Ledger): Note[] {
  const [, ...head] = section.head;
  const rest = head.filter((word) => !ledger.has(word));
  const [first, ...others] = rest;
  return [
    ...first === undefined ? [] : [noteOf([first, ...others])],
    ...section.lines.flatMap((line) => {
      if (isAlways(line)) return [];
      if (!ledger.has(line[0])) return [noteOf(line)];
      const [first, ...others] = ledger.rest(line);
      return first === undefined
        ? []
        : [noteOf([first, ...others], reasonOf(line))];
    }),
  ];
}

function isAlways([keyword, name]: Line): boolean {
  return keyword.text === "option" && ALWAYS.has(name?.text ?? "");
}

function noteOf(line: Line, reason = reasonOf(line)): Note {
  const variables = line.flatMap(({ variables }) => variables);
  const why = variables.length === 0
    ? reason
    : `: ${variableProblem(variables)}`;
  return {
    origin: originOf(line),
    text: `${quoted(textOf(line))} has no equivalent${why}`,
  };
}

function reasonOf([keyword, name]: Line): string {
  const { text } = keyword;
  const about = name?.text ?? "";
  const reason = text === "option"
    ? find(OPTIONS, about)
    : text === "timeout"
    ? find(TIMEOUTS, about)
    : find(REASONS, text.replace(/^ulimit-n$/, "ulimit"));
  return reason === undefined ? "" : `: ${reason}`;
}

function find(
  reasons: Readonly<Record<string, string>>,
  name: string,
): string | undefined {
  return Object.hasOwn(reasons, name) ? reasons[name] : undefined;
}
