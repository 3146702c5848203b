/**
 * What `top` draws from, and what it draws.
 *
 * @module
 */
import type { ConnectionList, State } from "../../admin/api.ts";
import type { Rates } from "./rates.ts";
import type { TopView } from "./view.ts";

/** How a line looks where colours are allowed. */
export type Style = "plain" | "title" | "header" | "selected" | "good" | "bad";

/** A line of the screen, of printable characters, no wider than the screen. */
export interface Line {
  readonly text: string;
  readonly style: Style;
}

/** All that a frame is drawn from. */
export interface TopModel {
  /** Host and port of the admin server. */
  readonly host: string;
  readonly state: State;
  /** `null`: not known yet. */
  readonly rates: Rates | null;
  readonly list: ConnectionList;
  /** Why the last look failed, in words; `null`: it did not. */
  readonly problem: string | null;
  readonly view: TopView;
}

/** Size of the screen, in characters. */
export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** A frame, and what keys need to know of it. */
export interface Frame {
  /** As many as the screen has rows. */
  readonly lines: readonly Line[];
  /** Connections that fit at a time, at least 1. */
  readonly pageRows: number;
  /** Lines of help or of an explanation that do not fit. */
  readonly hiddenLines: number;
}
