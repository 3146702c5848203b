/** The man page as `man` shows it. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { COMMANDS } from "../../../src/cli/commands.ts";
import { runCli } from "../../support/cli.ts";
import { programTest, runWell } from "../../support/programs.ts";

programTest(
  ["man", "groff"],
  "man: shows every command, option and exit code, and warns of nothing",
  async () => {
    const page = await runCli("man");
    assertEquals([page.code, page.stderr], [0, ""]);
    const file = await Deno.makeTempFile({ suffix: ".1" });
    try {
      await Deno.writeTextFile(file, page.stdout);
      const { text, stderr } = await runWell("man", ["--warnings", "-l", file]);
      assertEquals(stderr, "");
      // Lines are filled with spaces.
      const shown = text.replace(/\s+/g, " ");
      assertMatch(shown, / NAME passthru - one port, many services SYNOPSIS /);
      for (const { name, summary, details, options, examples } of COMMANDS) {
        assert(shown.includes(` passthru ${name} `), name);
        for (
          const wanted of [
            `${summary}.`,
            ...details,
            ...options.map(({ help }) => help),
            ...options.map(({ long }) => `--${long}`),
            ...examples.map(([line]) => `passthru ${line}`),
          ]
        ) assert(shown.includes(wanted), wanted);
      }
      assertMatch(
        shown,
        / EXIT STATUS 0 stopped as requested .* 78 invalid config /,
      );
    } finally {
      await Deno.remove(file);
    }
  },
);
