/**
 * The tests of `greeter.ts`. The harness adds the checks that every detector
 * must pass: cut anywhere, in random pieces, with random bytes behind.
 *
 *     deno test --no-lock --config /path/to/passthru/deno.json greeter_test.ts
 */
import { testDetector } from "@passthru/passthru/testing";
import greeter from "./greeter.ts";

const text = (text: string) => new TextEncoder().encode(text);

testDetector(greeter, {
  positive: [
    {
      name: "a greeting",
      bytes: text("HELO ada kitchen\n"),
      facts: { name: "ada", room: "kitchen" },
    },
    {
      name: "a greeting with more behind",
      bytes: text("HELO bob attic\nany bytes"),
      facts: { name: "bob", room: "attic" },
    },
  ],
  negative: [
    { name: "HTTP", bytes: text("GET / HTTP/1.1\r\n\r\n") },
    { name: "another word", bytes: text("HELP me now\n") },
    {
      name: "a line that does not end",
      bytes: text("HELO " + "a".repeat(128)),
    },
  ],
  malformed: [
    {
      name: "a greeting without a room",
      bytes: text("HELO ada\n"),
      why: "expected a name and a room after HELO",
    },
  ],
});
