import { assertEquals } from "@std/assert";
import { DEFAULTS, type Plan } from "../../src/config/plan.ts";
import {
  type Asked,
  ConnectionDesk,
  type Past,
} from "../../src/control/connection_desk.ts";
import type {
  Answer,
  Answers,
  Question,
  QuestionOf,
} from "../../src/control/questions.ts";
import type { ConnectionBook } from "../../src/observe/connection_book.ts";
import type { ConnectionQuery } from "../../src/observe/connection_view.ts";
import { openOf, quietBook, reportOf } from "../support/views.ts";

/** What answers as a data plane does. */
type FakePlane = (question: Question) => Promise<Answer | null>;

function planOf(version: string): Plan {
  return { ...DEFAULTS, version, listeners: [], detectors: [], modules: [] };
}

function generationOf(version: string, ...planes: FakePlane[]): Asked {
  return {
    plan: planOf(version),
    ended: [],
    ask: <K extends Question["kind"]>(question: QuestionOf<K>) =>
      planes.map((ask) => ask(question) as Promise<Answers[K] | null>),
  };
}

/** A data plane with a book, in which every connection can be closed. */
function planeOf(book: ConnectionBook): FakePlane {
  return (question) => {
    switch (question.kind) {
      case "find":
        return Promise.resolve(book.find(question.query));
      case "show":
        return Promise.resolve(book.show(question.id));
      case "close":
        return Promise.resolve(book.show(question.id) !== null);
    }
  };
}

/** A book with open connections of these numbers. */
function bookWith(worker: number, ids: readonly number[]): ConnectionBook {
  const book = quietBook({ worker });
  for (const id of ids) {
    const report = reportOf(id, {
      bytesUp: id * 7 % 101,
      protocol: id % 3 === 0 ? "SSH" : "TLS",
    });
    book.opened(":443", openOf(report));
  }
  return book;
}

const silent: FakePlane = () => Promise.resolve(null);
const stuck: FakePlane = () => new Promise(() => {});

Deno.test("desk: what several data planes find is in order, cut and counted as if there were one", async () => {
  const ids = Array.from({ length: 500 }, (_, i) => i + 1);
  const one = new ConnectionDesk(() => [
    generationOf("1", planeOf(bookWith(0, ids))),
  ]);
  const parts = [0, 1, 2, 3].map((worker) =>
    planeOf(bookWith(worker, ids.filter((id) => id % 4 === worker)))
  );
  const many = new ConnectionDesk(() => [
    generationOf("2", parts[0]!, parts[1]!, parts[2]!),
    generationOf("1", parts[3]!),
  ]);
  const queries: ConnectionQuery[] = [
    {},
    { limit: 1 },
    { limit: 7, sort: "bytes_up" },
    { limit: 499, sort: "bytes" },
    { protocol: "SSH", limit: 20 },
    { q: "host12", sort: "bytes_down" },
    { protocol: "HTTP" },
  ];
  for (const query of queries) {
    const [expected, found] = [await one.find(query), await many.find(query)];
    assertEquals(found.matched, expected.matched, JSON.stringify(query));
    assertEquals(
      found.connections.map(({ id }) => id),
      expected.connections.map(({ id }) => id),
      JSON.stringify(query),
    );
  }
  const { matched, connections } = await many.find({ protocol: "SSH" });
  assertEquals([matched, connections.length], [166, 166]);
});

Deno.test("desk: a data plane that gives no answer takes nothing from those that do", async () => {
  const desk = new ConnectionDesk(() => [
    generationOf("1", silent, planeOf(bookWith(1, [4, 9]))),
    generationOf("2", silent),
  ]);
  const { matched, connections } = await desk.find({});
  assertEquals([matched, connections.map(({ id }) => id)], [2, [9, 4]]);
  const none = await new ConnectionDesk(() => []).find({});
  assertEquals(none, { matched: 0, connections: [] });
});

Deno.test("desk: one connection comes with the Plan of its generation, without waiting for others", async () => {
  const desk = new ConnectionDesk(() => [
    generationOf("new", stuck, planeOf(bookWith(0, [1]))),
    generationOf("old", planeOf(bookWith(1, [2]))),
  ]);
  const found = await desk.show(2);
  assertEquals(
    [found?.view.id, found?.view.worker, found?.plan.version],
    [2, 1, "old"],
  );
  assertEquals(await desk.close(1), true);
});

/** A generation that is gone, and remembers ended connections of these numbers. */
function pastOf(version: string, ids: readonly number[]): Past {
  const book = bookWith(0, ids);
  for (const id of ids) book.closed(reportOf(id), openOf(reportOf(id)));
  return { plan: planOf(version), ended: book.ended() };
}

Deno.test("desk: the last of each of the last four generations are remembered", async () => {
  const desk = new ConnectionDesk(() => [
    generationOf("now", planeOf(bookWith(0, [2_000]))),
  ]);
  const sizes = [3, 300, 1, 2, 1];
  sizes.forEach((size, nth) => {
    const ids = Array.from({ length: size }, (_, i) => nth * 300 + i + 1);
    desk.remember(pastOf(`${nth}`, ids));
  });
  desk.remember(pastOf("without connections", []));
  const { matched } = await desk.find({ state: "all", limit: 1 });
  assertEquals(matched, 1 + 256 + 1 + 2 + 1);
  assertEquals((await desk.find({})).matched, 1, "open ones");
  assertEquals(await desk.show(1), null, "five generations ago");
  const [newest, oldest] = [600, 600 - 255];
  assertEquals((await desk.show(newest))?.plan.version, "1");
  assertEquals((await desk.show(oldest))?.plan.version, "1");
  assertEquals(await desk.show(oldest - 1), null);
  assertEquals(await desk.close(newest), false);
});

Deno.test("desk: what nobody knows is not there", async () => {
  const desk = new ConnectionDesk(() => [
    generationOf("1", silent, planeOf(bookWith(0, [1]))),
  ]);
  assertEquals(await desk.show(2), null);
  assertEquals(await desk.close(2), false);
});
