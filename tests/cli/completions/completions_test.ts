/** Completions in the shells that they are for. */
import { assertEquals } from "@std/assert";
import { runCli } from "../../support/cli.ts";
import { programTest } from "../../support/programs.ts";
import { PseudoTerminal } from "../../support/pseudo_terminal.ts";

/** What is typed before TAB, and the command line that it becomes. */
const TYPED: [typed: string, becomes: string][] = [
  ["passthru chec", "check"],
  ["passthru healthc", "healthcheck"],
  ["passthru check --di", "check --dial"],
  ["passthru --log-lev", "--log-level"],
  ["passthru run --log-level deb", "run --log-level debug"],
  ["passthru --log-format=js", "--log-format=json"],
  ["passthru explain --protocol SIL", "explain --protocol SILENT"],
  ["passthru detectors MEMCA", "detectors MEMCACHED"],
  ["passthru completions fi", "completions fish"],
  ["passthru help scop", "help scopes"],
  ["passthru check own_con", "check own_config.jsonc"],
  ["passthru check -c own_con", "check -c own_config.jsonc"],
  [
    "passthru status --token-file own_con",
    "status --token-file own_config.jsonc",
  ],
];

/** A shell that asks nothing and reads no settings of a user. */
interface Shell {
  readonly name: string;
  readonly command: string;
  /** What it runs first; then `passthru` prints its arguments. */
  readonly setup: string;
}

const SHELLS: Shell[] = [
  {
    name: "bash",
    command: "bash --norc --noprofile -i",
    setup: `passthru() { echo "<<$*>>"; }; PS1='ready> '`,
  },
  {
    name: "zsh",
    command: "zsh -f -i",
    setup:
      `autoload -U compinit; compinit -u -D; passthru() { echo "<<$*>>" }; PS1='ready> '`,
  },
  {
    name: "fish",
    command: "fish --no-config -i",
    setup: `function passthru; echo "<<$argv>>"; end
function fish_prompt; echo -n 'ready> '; end`,
  },
];

for (const { name, command, setup } of SHELLS) {
  programTest(
    ["script", "stty", "sh", name],
    `completions: ${name} completes commands, options, words and files`,
    async () => {
      const folder = await Deno.makeTempDir();
      try {
        const { stdout } = await runCli("completions", name);
        await Deno.writeTextFile(`${folder}/setup`, `${setup}\n${stdout}`);
        await Deno.writeTextFile(`${folder}/own_config.jsonc`, "{}");
        await using terminal = new PseudoTerminal(
          `cd ${folder}; HOME=${folder} TERM=dumb ${command}`,
        );
        await terminal.type(" . ./setup\r");
        await terminal.prints(/ready> /);
        let lines = 0;
        for (const [line, becomes] of TYPED) {
          await terminal.type(`${line}\t\r`);
          lines++;
          const shown = await terminal.prints(
            new RegExp(`(<<[^>]*>>[^]*){${lines}}`),
          );
          const got = [...shown.matchAll(/<<(.*?)>>/g)].at(-1)?.[1];
          assertEquals(got?.trim(), becomes, line);
        }
        await terminal.type("exit\r");
        await terminal.end();
      } finally {
        await Deno.remove(folder, { recursive: true });
      }
    },
  );
}

Deno.test("completions: a shell that is not known is wrong usage", async () => {
  const bad: [string[], string][] = [
    [[], "No shell: expected bash, zsh or fish"],
    [
      ["bsh"],
      'Unknown shell "bsh": expected bash, zsh or fish (did you mean "bash"?)',
    ],
    [["toString"], 'Unknown shell "toString": expected bash, zsh or fish'],
  ];
  for (const [args, problem] of bad) {
    const { code, stderr } = await runCli("completions", ...args);
    assertEquals([code, stderr.split("\n")[0]], [2, problem]);
  }
});
