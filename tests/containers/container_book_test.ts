/** Which containers are looked at when all are listed. */
import { assertEquals } from "@std/assert";
import { ContainerBook } from "../../src/containers/container_book.ts";
import { container, containerId } from "../support/containers.ts";

Deno.test("book: those are looked at that may be others now", () => {
  const book = new ContainerBook();
  const list = (...fingerprints: string[]) =>
    book.takeList(
      fingerprints.map((fingerprint, i) => ({
        id: containerId(i + 1),
        fingerprint,
      })),
    ).map((id) => [1, 2, 3].find((number) => containerId(number) === id));
  assertEquals(list("a", "b"), [1, 2]);
  book.put(containerId(1), container(1));
  // Podman's list does not show a health that changes.
  book.put(containerId(2), container(2, { health: "healthy" }));
  assertEquals(list("a", "b"), [2]);
  assertEquals(list("c", "b", "d"), [1, 2, 3]);
  book.put(containerId(3), container(3));
  book.doubt(containerId(1));
  assertEquals(list("c", "b", "d"), [1, 2]);
  assertEquals(list("c"), []);
  assertEquals(book.all.map(({ id }) => id), [containerId(1)]);
  book.forgetList();
  assertEquals(list("c"), [1]);
});
