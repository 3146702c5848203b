import { assertEquals } from "@std/assert";
import { NO_WORD, OPEN_WORD, WordList } from "../../src/detect/word_list.ts";
import { wire } from "../support/wire.ts";

const LIST = new WordList(["get", "gets", "set"], { ignoreCase: false });

Deno.test("WordList: finds a whole word that something follows", () => {
  assertEquals(LIST.find(wire("get a"), 0, 3), 0);
  assertEquals(LIST.find(wire("gets\r"), 0, 4), 1);
  assertEquals(LIST.find(wire("xxset "), 2, 5), 2);
});

Deno.test("WordList: says no to what is no word, or goes on behind it", () => {
  for (const text of ["ge ", "getss ", "gat ", "GET ", "x "]) {
    assertEquals(LIST.find(wire(text), 0, text.length - 1), NO_WORD, text);
  }
  assertEquals(LIST.find(wire(" get"), 0, 0), NO_WORD);
});

Deno.test("WordList: is open where the view ends in what may become a word", () => {
  for (const text of ["", "g", "get", "gets", "se"]) {
    assertEquals(LIST.find(wire(text), 0, text.length), OPEN_WORD, text);
  }
  for (const text of ["x", "gx", "getx", "getss"]) {
    assertEquals(LIST.find(wire(text), 0, text.length), NO_WORD, text);
  }
});

Deno.test("WordList: takes capitals for letters where it is told to", () => {
  const list = new WordList(["NICK", "user"], { ignoreCase: true });
  assertEquals(list.find(wire("nIcK "), 0, 4), 0);
  assertEquals(list.find(wire("USER "), 0, 4), 1);
  assertEquals(list.find(wire("us"), 0, 2), OPEN_WORD);
});
