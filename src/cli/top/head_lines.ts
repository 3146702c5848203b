/**
 * The first lines of the screen: who is asked, how it is, how much happens.
 *
 * @module
 */
import { escapeUnprintable } from "../../observe/log.ts";
import {
  formatBytes,
  formatCount,
  formatNumber,
  formatSeconds,
} from "../amounts.ts";
import { failedReload, refusedOf } from "../status/status_text.ts";
import { clip, joinFitting } from "./cells.ts";
import type { Line, TopModel } from "./model.ts";

/** Two lines, the most important first where not all fits. */
export function headLines(
  { state, rates, host }: TopModel,
  columns: number,
): Line[] {
  const { total, status } = state;
  const up = formatSeconds((state.now - state.started_at) / 1_000);
  const per = (bytes: number | undefined) =>
    bytes === undefined ? "-" : `${formatBytes(bytes)}/s`;
  const connections = rates === null
    ? "-"
    : formatNumber(rates.total.connections);
  const refused = refusedOf(state.listeners);
  return [
    {
      text: joinFitting([
        status,
        `up ${up}`,
        formatCount(state.workers.length, "worker"),
        `generation ${state.generation}`,
        host,
        `passthru ${escapeUnprintable(state.version.passthru)}`,
      ], columns),
      style: status === "ready" ? "good" : "bad",
    },
    {
      text: joinFitting([
        `${total.active} open`,
        `${connections} conn/s`,
        `${per(rates?.total.up)} up`,
        `${per(rates?.total.down)} down`,
        `since start: ${formatCount(total.connections, "connection")}`,
        `${formatBytes(total.bytes_up)} up`,
        `${formatBytes(total.bytes_down)} down`,
        refused > 0 ? `${refused} refused` : "",
      ], columns),
      style: "plain",
    },
  ];
}

/** What somebody should look at; none when all is well. */
export function alertLines(
  { state, problem }: TopModel,
  columns: number,
): Line[] {
  const { notes } = state.config;
  const worth = notes.filter(({ severity }) => severity !== "info").length;
  const failed = failedReload(state);
  return [
    ...(problem === null ? [] : [`${problem}; trying again`]),
    ...(failed === null ? [] : [failed]),
    ...(worth === 0
      ? []
      : [`${formatCount(worth, "warning")} about the config: passthru status`]),
  ].map((text) => ({
    text: clip(escapeUnprintable(text), columns),
    style: "bad",
  }));
}
