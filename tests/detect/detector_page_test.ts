import { assertEquals } from "@std/assert";
import { declaredDetector } from "../../src/detect/declared.ts";
import {
  type DatagramDetector,
  type Detector,
  NO,
} from "../../src/detect/detector.ts";
import { detectorPage, detectorPages } from "../../src/detect/detector_page.ts";
import { flagWord, hostWord, textWord } from "../../src/detect/rule_grammar.ts";

const ANY = { pattern: /^[a-z*]+$/, expected: "letters" };

const OWN: Detector = {
  name: "OWN",
  summary: "A protocol of one's own",
  maxBytes: 8,
  rules: {
    HOST: hostWord("host"),
    USER: textWord("user", ANY, { example: "al*" }),
    GROUP: textWord("group", ANY, { example: "a", many: true, exact: true }),
    KEY: flagWord("key", true),
    NOKEY: flagWord("key", false),
  },
  docs: {
    firstBytes: "`ca fe`",
    facts: { host: "a name" },
    source: [{ text: "A paper" }],
    stance: ["Strict."],
  },
  detect: () => NO,
};

Deno.test("detectorPage() says of each rule word what it tests", () => {
  const tests = detectorPage(OWN).rules.map(({ example, tests }) => [
    example,
    tests,
  ]);
  assertEquals(tests, [
    [
      "HOST example.com",
      "`host` is this name; also `*.example.com` for all names below it, and `/regex/`",
    ],
    [
      "USER al*",
      "`user` is this value; also `value*` for a prefix",
    ],
    ["GROUP a", "one of `group` is this value"],
    ["KEY", "the fact `key` is present"],
    ["NOKEY", "the fact `key` is absent"],
  ]);
});

Deno.test("detectorPage() shows the docs of a detector", () => {
  const { rules: _, ...page } = detectorPage(OWN);
  assertEquals(page, {
    name: "OWN",
    summary: "A protocol of one's own",
    transport: "tcp",
    max_bytes: 8,
    first_bytes: "`ca fe`",
    facts: { host: "a name" },
    source: [{ text: "A paper" }],
    stance: ["Strict."],
  });
});

Deno.test("detectorPages() shows detectors without docs too, by name", () => {
  const plain = declaredDetector({ name: "MINE", prefix: "hex:cafe" });
  const [first, second] = detectorPages([OWN, plain]);
  assertEquals(first, {
    name: "MINE",
    summary: "hex:cafe at byte 0",
    transport: "tcp",
    max_bytes: 2,
    first_bytes: null,
    rules: [],
    facts: {},
    source: [],
    stance: [],
  });
  assertEquals(second!.name, "OWN");
});

Deno.test("detectorPages() shows a name once, with its detector for datagrams", () => {
  const over: DatagramDetector = {
    name: "OWN",
    transport: "udp",
    summary: "The same in datagrams",
    maxDatagrams: 3,
    rules: {},
    detect: () => NO,
  };
  const alone = { ...over, name: "ALONE" };
  const pages = detectorPages([over, OWN, alone]);
  assertEquals(pages.map(({ name }) => name), ["ALONE", "OWN"]);
  const { udp, ...page } = pages[1]!;
  assertEquals(page, detectorPage(OWN));
  assertEquals(udp, {
    name: "OWN",
    summary: "The same in datagrams",
    transport: "udp",
    max_datagrams: 3,
    first_bytes: null,
    rules: [],
    facts: {},
    source: [],
    stance: [],
  });
  assertEquals(pages[0], { ...udp, name: "ALONE" });
});
