/**
 * `passthru check`: is this config good, and what does it do?
 *
 * @module
 */
import type { ListenerPlan, Plan, RoutePlan } from "../../config/plan.ts";
import { rejectText } from "../../config/reject_text.ts";
import { routesOf } from "../../config/routes.ts";
import { targetList, targetText } from "../../config/targets.ts";
import type { Transport } from "../../detect/detector.ts";
import type { Registry } from "../../detect/registry.ts";
import { commonWords } from "../../rule/common_words.ts";
import { escapeControls } from "../../observe/printable.ts";
import { rankRules } from "../../rule/rank.ts";
import { tokenWarning } from "../admin_token.ts";
import { formatCount } from "../amounts.ts";
import { ExitCode } from "../exit_code.ts";
import type { Command, ParsedArguments } from "../command.ts";
import type { Output } from "../output.ts";
import { type LoadedConfig, readConfig } from "../read_config.ts";
import { formatRows } from "../table.ts";
import { CONFIG, HELP } from "../shared_options.ts";
import { dialTargets } from "./dial_targets.ts";

/** Runs the command. @returns The exit code. */
export async function check(
  { values }: ParsedArguments,
  output: Output,
): Promise<number> {
  using config = await readConfig(values.get("config"), output);
  if (config === null) return ExitCode.config;
  if (values.has("strict") && config.refused.length > 0) {
    return ExitCode.config;
  }
  const { file, plan, registry } = config;
  const path = values.get("config")!;
  const warning = plan.admin && await tokenWarning(plan.admin, path);
  if (warning) output.err(`warning: ${warning}\n`);
  output.out(`${file}: OK, ${countText(config)}\n\n`);
  output.out(tableText(planRows(plan, registry)));
  if (!values.has("dial")) return ExitCode.ok;
  return await dialAll(plan, output) ? ExitCode.ok : ExitCode.failed;
}

/** Dials the targets of a Plan. @returns Whether all accepted. */
async function dialAll(plan: Plan, output: Output): Promise<boolean> {
  const rows = [["TARGET", "ANSWER"]];
  let failed = 0;
  for await (const { target, answer, ok } of dialTargets(plan)) {
    rows.push([target, answer]);
    if (!ok) failed++;
  }
  output.out(`\n${tableText(rows)}`);
  if (failed > 0) {
    output.err(`${formatCount(failed, "target")} without an answer\n`);
  }
  return failed === 0;
}

/** Rows as columns; names of a config may hold what a terminal obeys. */
function tableText(rows: readonly (readonly string[])[]): string {
  return formatRows(
    rows.map((row) => row.map((cell) => escapeControls(cell))),
  ) + "\n";
}

function countText(
  { plan, diagnostics, expectations, refused }: LoadedConfig,
): string {
  const warnings = diagnostics.filter((d) => d.severity === "warning").length;
  const routes = plan.listeners.flatMap(routesOf);
  const targets = new Set(
    routes.flatMap((route) =>
      route.action === "FORWARD" ? route.targets.map(targetText) : []
    ),
  );
  return [
    `config ${plan.version}`,
    formatCount(plan.listeners.length, "listener"),
    formatCount(routes.length, "route"),
    formatCount(targets.size, "target"),
    ...(expectations > 0
      ? [`${formatCount(expectations, "expectation")} held`]
      : []),
    ...(warnings > 0 ? [formatCount(warnings, "warning")] : []),
    ...(refused.length > 0
      ? [`${formatCount(refused.length, "included file")} refused`]
      : []),
  ].join(", ");
}

/** The routes as a table, the rules in the order in which they are tried. */
function planRows(plan: Plan, registry: Registry): string[][] {
  const rows = [["LISTENER", "PROTOCOL", "RULE", "ACTION", "TARGET", "NAME"]];
  for (const listener of plan.listeners) {
    let first = listener.address.text;
    for (const [protocol, rule, route] of routeRows(listener, registry)) {
      const [target = "", ...more] = route.action === "FORWARD"
        ? targetList(route)
        : [];
      const action = route.action === "REJECT"
        ? rejectText(route)
        : route.action;
      const { name = "" } = route;
      rows.push([first, protocol, rule, action, target, name]);
      // The other targets of an upstream, each on a line below the first.
      for (const other of more) rows.push(["", "", "", "", other]);
      first = "";
    }
    if (first !== "") rows.push([first, "", "", "REJECT"]);
  }
  return rows;
}

function routeRows(
  listener: ListenerPlan,
  registry: Registry,
): [string, string, RoutePlan][] {
  const rows: [string, string, RoutePlan][] = [];
  const common = commonWords();
  const transport: Transport = listener.transport ?? "tcp";
  for (const { protocol, rules, catchall } of listener.protocols) {
    const own = registry.getFor(transport, protocol)!.rules;
    const ranked = rankRules(rules, { own, common });
    // A rule with a list of hosts is tried once for each of them.
    for (const rule of new Set(ranked.map(({ rule }) => rule))) {
      rows.push([protocol, rule.text, rule.route]);
    }
    if (catchall !== null) rows.push([protocol, "CATCHALL", catchall]);
  }
  if (listener.silent !== null) {
    rows.push(["SILENT", "CATCHALL", listener.silent]);
  }
  if (listener.catchall !== null) {
    rows.push(["CATCHALL", "CATCHALL", listener.catchall]);
  }
  return rows;
}

/** `passthru check`. */
export const CHECK_COMMAND: Command = {
  name: "check",
  summary: "Check a config without binding an address",
  details: [
    "Prints one OK line and a table of listeners, rules and targets, with the rules in the order in which they are tried; or every error with its place in the file. Exits with 0 or 78.",
    'Errors in an included file with "within" are printed, too. As run does, check then goes on without this file: the exit code is 0, or 78 with --strict.',
    'Tests the expectations of the config ("expect"): sample connections with the expected rule or target. No network is used; the same code as for real connections decides. A config with a failed expectation is invalid: run exits with 78, and a reload keeps the old config.',
    "With --dial it also connects to each target once, closes the connection at once, and exits with 1 if a target does not accept. Targets that a client names are not dialled; srv: targets are resolved and dialled.",
  ],
  options: [
    CONFIG,
    {
      long: "strict",
      help: 'Exit with 78 also if a file with "within" is refused for errors',
    },
    {
      long: "dial",
      help: "Connect to each target once, and report which accept",
    },
    HELP,
  ],
  examples: [
    ["check passthru.jsonc", "check a config before a restart"],
    ["check passthru.jsonc --dial", "also test whether the targets accept"],
  ],
  run: check,
};
