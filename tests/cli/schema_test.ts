import { assertEquals } from "@std/assert";
import { runCli } from "../support/cli.ts";
import { INCLUDED_SCHEMA_FILE, SCHEMA_FILE } from "../support/json_schema.ts";
import { ROOT } from "../support/process.ts";

Deno.test("schema: prints configs/passthru.schema.json", async () => {
  const { code, stdout, stderr } = await runCli("schema");
  assertEquals([code, stderr], [0, ""]);
  assertEquals(stdout, await Deno.readTextFile(SCHEMA_FILE));
});

Deno.test("schema: prints configs/passthru.included.schema.json", async () => {
  const { code, stdout, stderr } = await runCli("schema", "--included");
  assertEquals([code, stderr], [0, ""]);
  assertEquals(stdout, await Deno.readTextFile(INCLUDED_SCHEMA_FILE));
});

Deno.test("schema: needs no permission", async () => {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", `${ROOT}main.ts`, "schema"],
    env: { NO_COLOR: "1" },
  }).output();
  const text = new TextDecoder().decode(stdout);
  assertEquals(code, 0, new TextDecoder().decode(stderr));
  assertEquals(text, await Deno.readTextFile(SCHEMA_FILE));
});
