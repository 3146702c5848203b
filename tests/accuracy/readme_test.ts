import { assertEquals } from "@std/assert";
import { PAGES } from "../support/readme.ts";
import { requireCorpusInCi } from "./corpus.ts";
import { withAccuracy } from "./readme_section.ts";

const present = await requireCorpusInCi();

Deno.test({
  name: present
    ? "the figures of accuracy in README.md are those of the corpus (deno task readme)"
    : "Corpus is absent: the README's figures of accuracy",
  ignore: !present,
  fn: async () => {
    const readme = await Deno.readTextFile(PAGES.accuracy);
    // The formatter pads the cells of tables and breaks lines.
    const folded = (text: string) =>
      text.replace(/\s+/g, " ").replace(/-+/g, "-");
    assertEquals(folded(await withAccuracy(readme)), folded(readme));
  },
});
