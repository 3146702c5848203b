import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { UsageError } from "./options.ts";
import { load } from "./output.ts";

Deno.test("figures are read from a file that has them", async () => {
  const file = await Deno.makeTempFile();
  try {
    await Deno.writeTextFile(file, '{"measures":[]}');
    assertEquals((await load(file)).measures, []);
  } finally {
    await Deno.remove(file);
  }
});

Deno.test("a file that cannot be read, or has no figures, is named with the reason", async () => {
  const file = await Deno.makeTempFile();
  try {
    for (
      const [text, reason] of [
        ["{}", /: expected what --json writes$/],
        ["null", /: expected what --json writes$/],
        ["{", /: .*JSON/],
      ] as const
    ) {
      await Deno.writeTextFile(file, text);
      const { message } = await assertRejects(() => load(file), UsageError);
      assertMatch(message, reason);
      assertEquals(message.includes(`"${file}"`), true);
    }
  } finally {
    await Deno.remove(file);
  }
  const { message } = await assertRejects(() => load(file), UsageError);
  assertMatch(message, /^Cannot read figures from ".*": No such file/);
});
