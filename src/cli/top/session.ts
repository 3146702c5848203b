/**
 * A live view of a running passthru, from its first look to the last key.
 *
 * @module
 */
import type { AdminClient } from "../../admin/client.ts";
import type { ConnectionQuery } from "../../admin/api.ts";
import { errorText, PassthruError } from "../../errors.ts";
import { drawFrame } from "./frame.ts";
import type { Key } from "./keys.ts";
import type { Frame, TopModel } from "./model.ts";
import { Pace } from "./pace.ts";
import { Painter } from "./painter.ts";
import { type Effect, press } from "./press.ts";
import { ratesOf } from "./rates.ts";
import { readKeys } from "./read_keys.ts";
import {
  look,
  MOST_LIMIT,
  sameQuery,
  type Snapshot,
  USUAL_LIMIT,
} from "./snapshot.ts";
import type { Terminal } from "./terminal.ts";
import { FIRST_VIEW, queryOf, settle, type TopView } from "./view.ts";

/** What a session needs. */
export interface SessionOptions {
  readonly client: AdminClient;
  readonly terminal: Terminal;
  /** The first look, with which the first frame is drawn. */
  readonly first: Snapshot;
  /** Time between two looks, in milliseconds. */
  readonly intervalMs: number;
}

/** Draws and listens until somebody quits or the terminal is gone. */
export class TopSession {
  readonly #options: SessionOptions;
  readonly #painter: Painter;
  readonly #ended = Promise.withResolvers<void>();
  readonly #pace = new Pace();
  /** Everything that goes on. */
  readonly #running = new Set<Promise<void>>();
  #over = false;
  #model: TopModel;
  #frame: Frame;
  #drawing = false;
  #drawAgain = false;

  /** Draws nothing yet. */
  constructor(options: SessionOptions) {
    const { terminal, client, first } = options;
    this.#options = options;
    this.#painter = new Painter(terminal.colours);
    this.#model = {
      ...first,
      host: client.host,
      rates: null,
      problem: null,
      view: FIRST_VIEW,
    };
    this.#frame = drawFrame(this.#model, terminal.size());
  }

  /**
   * Runs until the end; nothing goes on behind it. Disposes of the client, but
   * not of the terminal.
   */
  async run(): Promise<void> {
    const reader = this.#options.terminal.input.getReader();
    this.#run(
      readKeys(reader, (keys) => this.#press(keys)).then(() => this.stop()),
    );
    this.#run(this.#lookAgainAndAgain());
    this.#draw();
    try {
      await this.#ended.promise;
    } finally {
      this.stop();
      await reader.cancel().catch(() => {});
      await Promise.all(this.#running);
    }
  }

  /** Ends the session. */
  stop(): void {
    this.#over = true;
    // Nothing that is still being asked matters any more.
    this.#options.client[Symbol.dispose]();
    this.#pace.hurry();
    this.#ended.resolve();
  }

  /** Draws everything anew: the screen has another size, or was overwritten. */
  redraw(): void {
    this.#painter.forget();
    this.#draw();
  }

  /** A defect in any part ends the session, so that the terminal is restored. */
  #run(part: Promise<void>): void {
    const running = part.catch((error) => this.#ended.reject(error))
      .finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  #press(keys: readonly Key[]): void {
    for (const key of keys) {
      if (this.#over) return;
      const { connections } = this.#model.list;
      const seen = { ...this.#frame, connections };
      const { view, effect } = press(this.#model.view, key, seen);
      this.#view(view);
      if (effect !== null) this.#do(effect);
    }
  }

  #do(effect: Effect): void {
    switch (effect.kind) {
      case "quit":
        return this.stop();
      case "refresh":
        return this.#pace.hurry();
      case "redraw":
        return this.redraw();
      case "explain":
        return this.#run(this.#trying(() => this.#explain(effect.id)));
      case "close":
        return this.#run(this.#trying(() => this.#close(effect.id)));
    }
  }

  /** What is asked by a key and fails is said. */
  async #trying(action: () => Promise<void>): Promise<void> {
    try {
      await action();
    } catch (error) {
      this.#say(wordsFor(error));
    }
  }

  async #explain(id: number): Promise<void> {
    const detail = await this.#options.client.connection(id);
    const { view } = this.#model;
    if (view.mode !== "detail" || view.selected !== id) return;
    if (detail !== null) this.#view({ ...view, detail });
    else this.#say(`connection ${id} is not remembered any more`);
  }

  async #close(id: number): Promise<void> {
    const closed = await this.#options.client.close(id);
    this.#say(
      closed ? `closed connection ${id}` : `connection ${id} has ended`,
    );
    this.#pace.hurry();
  }

  /** Shows a message, on the table. */
  #say(message: string): void {
    const { view } = this.#model;
    const mode = view.mode === "detail" ? "table" : view.mode;
    this.#view({ ...view, mode, message });
  }

  #view(view: TopView): void {
    this.#model = { ...this.#model, view };
    this.#draw();
  }

  async #lookAgainAndAgain(): Promise<void> {
    while (!this.#over) {
      const hurried = await this.#pace.pause(this.#options.intervalMs);
      if (this.#over || (this.#model.view.paused && !hurried)) continue;
      await this.#look();
    }
  }

  async #look(): Promise<void> {
    const far = this.#model.view.row + this.#frame.pageRows >= USUAL_LIMIT;
    const query = queryOf(this.#model.view, far ? MOST_LIMIT : USUAL_LIMIT);
    let problem: string | null = null;
    try {
      this.#take(await look(this.#options.client, query), query);
    } catch (error) {
      problem = wordsFor(error);
    }
    this.#model = { ...this.#model, problem };
    this.#draw();
  }

  #take({ state, list }: Snapshot, query: ConnectionQuery): void {
    const { view, rates, state: before } = this.#model;
    // After a key the time since the last look is too short to say much.
    const long = state.now - before.now >= this.#options.intervalMs / 2;
    this.#model = {
      ...this.#model,
      state,
      rates: long ? ratesOf(before, state) : rates,
    };
    // A key has asked for other connections meanwhile.
    if (!sameQuery(query, queryOf(view, query.limit!))) return;
    const settled = settle(view, list.connections);
    this.#model = { ...this.#model, list, view: settled };
  }

  /** Draws soon: once for all that changes while the terminal is busy. */
  #draw(): void {
    this.#drawAgain = true;
    if (!this.#drawing) this.#run(this.#drawWhileAsked());
  }

  async #drawWhileAsked(): Promise<void> {
    this.#drawing = true;
    const { terminal } = this.#options;
    while (this.#drawAgain && !this.#over) {
      this.#drawAgain = false;
      const size = terminal.size();
      this.#frame = drawFrame(this.#model, size);
      const text = this.#painter.paint(this.#frame.lines, size);
      // A terminal that is gone is no defect.
      if (text !== "") await terminal.write(text).catch(() => this.stop());
    }
    this.#drawing = false;
  }
}

function wordsFor(error: unknown): string {
  return error instanceof PassthruError ? error.message : errorText(error);
}
