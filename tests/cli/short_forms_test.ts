/** How `check` and `explain` show the short forms of a config. */
import { assertEquals, assertMatch } from "@std/assert";
import { ROOT, runPassthru } from "../support/process.ts";

const CONFIG = `${ROOT}configs/short.jsonc`;

Deno.test("check: short forms and lists of hosts are in the table as what they stand for", async () => {
  const { code, stdout } = await runPassthru(["check", CONFIG]);
  assertEquals(code, 0);
  assertEquals(
    stdout.replace(ROOT, ""),
    `configs/short.jsonc: OK, config v1.0.0, 1 listener, 4 routes, 4 targets

LISTENER  PROTOCOL  RULE                                   ACTION   TARGET          NAME
:443      TLS       SNI www.example.com,example.com        FORWARD  127.0.0.1:8443
          TLS       SNI *.git.example.com,git.example.com  FORWARD  10.0.0.5:443
          SSH       CATCHALL                               FORWARD  127.0.0.1:22
          CATCHALL  CATCHALL                               FORWARD  127.0.0.1:8080
`,
  );
});

Deno.test("explain: short forms and lists of hosts are the rules that win", async () => {
  const cases = [
    [["--sni", "example.com"], "TLS/SNI www.example.com,example.com"],
    [
      ["--sni", "a.git.example.com"],
      "TLS/SNI *.git.example.com,git.example.com",
    ],
    [["--protocol", "SSH"], "SSH/CATCHALL"],
    [["--host", "example.com"], "CATCHALL/CATCHALL"],
  ] as const;
  for (const [sample, rule] of cases) {
    const { code, stdout, stderr } = await runPassthru(
      ["explain", "-c", CONFIG, "--json", ...sample],
    );
    assertEquals(code, 0, stderr);
    assertEquals(JSON.parse(stdout).rule, rule);
  }
  const { stdout } = await runPassthru(
    ["explain", "-c", CONFIG, "--sni", "git.example.com"],
  );
  assertMatch(stdout, /^ {2}target {4}10\.0\.0\.5:443$/m);
});
