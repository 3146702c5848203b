/** What the admin API and the log get of a config that was read. */
import { assertEquals } from "@std/assert";
import { readConfigOf } from "../../../src/cli/run/config_notes.ts";
import { loadFile } from "../../../src/cli/load_file.ts";
import { configFile } from "../../support/config_file.ts";

Deno.test("config notes: of a file with many errors some are told, and how many there are", async () => {
  await using config = await configFile({
    version: "v1.0.0",
    include: [{
      files: "app.jsonc",
      within: { listeners: [":443"], to: ["10.0.0.0/8"] },
    }],
    servers: { ":443": { TLS: { "SNI a.example": "10.0.0.1:1" } } },
  });
  const rules = Array.from({ length: 60 }, (_, i) => [`X${i} y`, "10.0.0.1:1"]);
  await Deno.writeTextFile(
    `${config.folder}/app.jsonc`,
    JSON.stringify({
      servers: { ":443": { TLS: Object.fromEntries(rules) } },
    }),
  );
  using loaded = await loadFile(config.path);
  const { notes, refused: [refused] } = readConfigOf(loaded);
  assertEquals(refused?.errors, 60);
  assertEquals(refused?.notes.length, 51);
  assertEquals(refused?.notes.at(-1)?.message, "and 10 more");
  assertEquals(notes.length, 52);
});
