/** How `check` and `explain` show an upstream. */
import { assertEquals, assertMatch } from "@std/assert";
import { sampleHello } from "../../src/explain/sample_hello.ts";
import { ROOT, runPassthru } from "../support/process.ts";

const CONFIG = `${ROOT}configs/upstream.jsonc`;

Deno.test("check: the targets of an upstream stand below each other", async () => {
  const { code, stdout } = await runPassthru(["check", "-c", CONFIG]);
  assertEquals(code, 0);
  assertEquals(
    stdout.replace(ROOT, ""),
    `configs/upstream.jsonc: OK, config v1.0.0, 1 listener, 2 routes, 6 targets

LISTENER        PROTOCOL  RULE                 ACTION   TARGET                   NAME
127.0.0.1:4445  TLS       SNI www.example.com  FORWARD  10.0.0.1:443             web
                                                        10.0.0.2:443 (weight 2)
                                                        10.0.0.3:443 (weight 0)
                                                        10.0.1.1:443 (backup)
                REDIS     CATCHALL             FORWARD  10.0.0.7:6379
                                                        10.0.0.8:6379
`,
  );
});

Deno.test("explain: the target is the list of an upstream, as text and as JSON", async () => {
  const args = ["explain", "-c", CONFIG, "--hex"];
  const hex = "50494e470d0a";
  const text = await runPassthru([...args, hex]);
  assertEquals(text.code, 0, text.stderr);
  assertMatch(
    text.stdout,
    /^ {2}target {4}10\.0\.0\.7:6379, 10\.0\.0\.8:6379$/m,
  );
  const json = await runPassthru([...args, hex, "--json"]);
  assertEquals(
    JSON.parse(json.stdout).target,
    "10.0.0.7:6379, 10.0.0.8:6379",
  );
});

Deno.test("check and explain: a service stands as the config spells it, and DNS is not asked", async () => {
  const config = `${ROOT}configs/srv.jsonc`;
  const check = await runPassthru(["check", "-c", config]);
  assertEquals(check.code, 0);
  assertMatch(
    check.stdout,
    / FORWARD +srv:_https\._tcp\.app\.service\.consul$/m,
  );
  const bytes = sampleHello({ sni: "app.example.com" });
  const explain = await runPassthru(
    ["explain", "-c", config, "--hex", bytes.toHex()],
  );
  assertEquals(explain.code, 0, explain.stderr);
  assertMatch(
    explain.stdout,
    /^ {2}target {4}srv:_https\._tcp\.app\.service\.consul$/m,
  );
});
