import { assertEquals, assertStrictEquals } from "@std/assert";
import type { Observer } from "../../src/observe/observer.ts";
import { observerOf } from "../../src/observe/observers.ts";
import { openOf, reportOf } from "../support/views.ts";

/** Hears with `this`, as a class does. */
class Hearer implements Observer {
  readonly heard: string[];
  readonly #name: string;

  constructor(heard: string[], name: string) {
    this.heard = heard;
    this.#name = name;
  }

  opened(listener: string, { id }: { id: number }): void {
    this.heard.push(`${this.#name} opened ${listener} ${id}`);
  }

  closed({ reason }: { reason: string }, open: unknown): void {
    this.heard.push(`${this.#name} closed ${reason} ${open}`);
  }
}

Deno.test("observers: each hears each call, in order", () => {
  const heard: string[] = [];
  const all = observerOf([new Hearer(heard, "a"), new Hearer(heard, "b")]);
  all.opened?.(":1", openOf(reportOf(4)));
  all.closed?.(reportOf(4), null);
  assertEquals(heard, [
    "a opened :1 4",
    "b opened :1 4",
    "a closed client_eof null",
    "b closed client_eof null",
  ]);
});

Deno.test("observers: what nobody hears is not there, what one hears is told to one", () => {
  const codes: string[] = [];
  const all = observerOf([
    new Hearer([], "a"),
    { acceptFailed: (listener, code) => codes.push(`${listener} ${code}`) },
  ]);
  assertEquals(all.dialled, undefined);
  all.acceptFailed?.(":1", "EMFILE");
  assertEquals(codes, [":1 EMFILE"]);
});

Deno.test("observers: one is itself, none is nobody, and the most bytes are kept", () => {
  const one: Observer = { keepOpeningBytes: 7 };
  assertStrictEquals(observerOf([one]), one);
  assertEquals(observerOf([]), {});
  const both = observerOf([{}, one, { keepOpeningBytes: 3 }]);
  assertEquals(both, { keepOpeningBytes: 7 });
});
