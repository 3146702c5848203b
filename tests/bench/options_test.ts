import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { parseOptions, UsageError } from "./options.ts";

Deno.test("without options the bench makes 6 rounds of all measures but the long ones", () => {
  const { rounds, seconds, only, peers, workers, pin } = parseOptions([])!;
  assertEquals([rounds, seconds, workers, pin], [6, 3, 1, false]);
  assert(only.includes("bulk") && !only.includes("growth"));
  assert(!only.includes("rest"));
  assert(peers.includes("haproxy") && !peers.includes("haproxy-splice"));
});

Deno.test("what is asked for by name is measured, and nothing else", () => {
  const { only, peers } = parseOptions([
    ...["--only", "growth,bulk", "--peers", "haproxy-splice"],
  ])!;
  assertEquals(only, ["growth", "bulk"]);
  assertEquals(peers, ["haproxy-splice"]);
  assertEquals(parseOptions(["--peers", "none"])!.peers, []);
  for (const args of [["--json", "-"], ["--json=-"]]) {
    assertEquals(parseOptions([...args, "--quick"])!.json, "-");
  }
});

Deno.test("a bad option is refused, and what would be good is named", () => {
  const bad: readonly (readonly [string[], RegExp])[] = [
    [["--only", "bulk,speed"], /--only: "speed" is none of bulk, conn/],
    [["--peers", "envoy"], /--peers: "envoy" is none of haproxy/],
    [["--rounds", "0"], /--rounds wants a whole number, not "0"/],
    [["--duration", "1.5"], /--duration wants a whole number, not "1.5"/],
    [["--speed"], /^Unknown option or argument "--speed"$/],
    [["bulk"], /^Unknown option or argument "bulk"$/],
    [["--json"], /^--json has no value$/],
    [["--write"], /^--write needs --readme$/],
    [["--only", "--quick"], /^--only has no value$/],
    [["--pin", "--workers", "999"], /--pin needs a core/],
  ];
  for (const [args, message] of bad) {
    const error = assertThrows(() => parseOptions(args), UsageError);
    assertMatch(error.message, message);
  }
});

Deno.test("--help is no settings", () => {
  assertEquals(parseOptions(["--help"]), null);
});

Deno.test("--readme makes the measures of the table, long ones too, unless others are named", () => {
  const { only } = parseOptions(["--readme"])!;
  assert(only.includes("rest") && only.includes("growth"));
  assert(!only.includes("floods") && !only.includes("scale"));
  assertEquals(parseOptions(["--readme", "--only", "conn"])!.only, ["conn"]);
});
