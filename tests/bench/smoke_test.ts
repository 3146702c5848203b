import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { program, programTest, run } from "../support/programs.ts";
import { PATIENCE_MS, until, within } from "../support/wait.ts";
import { MEASURES } from "./measures/all.ts";
import { PEERS } from "./peers/all.ts";
import type { BenchReport } from "./report.ts";

const NEEDS = ["cc", "iperf3", "nginx", "openssl", "sniproxy", "wrk"];

/** Longest time for a quick bench: it is some ten times what it takes. */
const LIMIT_MS = 5 * 60_000;

/** Arguments of Deno that run the bench, all tiny. */
const QUICK = [
  "run",
  "--no-prompt",
  "--allow-all",
  new URL("main.ts", import.meta.url).pathname,
  "--quick",
];

programTest(
  NEEDS,
  "a tiny bench gives every figure of passthru, and says what it left out",
  async () => {
    const peers = ["nginx", "sniproxy", "sslh-ev"];
    const only = MEASURES.map(({ name }) => name).join(",");
    const { code, text, stderr } = await run("deno", [
      ...QUICK,
      ...["--only", only, "--peers", peers.join(","), "--json", "-"],
    ], { limitMs: LIMIT_MS });
    assertEquals(code, 0, stderr);
    const { machine, measures, leftOut } = JSON.parse(text) as BenchReport;
    assertEquals(measures.map(({ name }) => name), only.split(","));
    for (const { name, figures, notes } of measures) {
      assertEquals(notes, [], name);
      for (const { key, programs } of figures) {
        const value = programs.passthru?.median;
        assert(Number.isFinite(value), `${name} ${key}: ${value}`);
      }
    }
    for (const { name } of PEERS.filter(({ name }) => peers.includes(name))) {
      const measured = name in machine.versions;
      const said = leftOut.some((what) => what.startsWith(`${name}: `));
      assert(measured !== said, `${name}: ${leftOut}`);
    }
  },
);

programTest(
  [...NEEDS, "grep"],
  "a bench that is interrupted leaves no process and no file behind",
  async () => {
    const folder = await Deno.makeTempDir();
    try {
      const child = new Deno.Command(program("deno"), {
        args: [
          ...QUICK,
          "--only",
          "bulk",
          "--rounds",
          "1000",
          "--peers",
          "none",
        ],
        stdin: "null",
        stdout: "null",
        stderr: "piped",
        env: { TMPDIR: folder },
      }).spawn();
      await within("the first round", seen(child.stderr, "round 1/"), LIMIT_MS);
      assertNotEquals(await processesIn(folder), "");
      child.kill("SIGINT");
      assertEquals((await within("its end", child.status)).code, 130);
      // They are killed by then, but the kernel may still be at it.
      await until(
        "the end of its processes",
        async () => await processesIn(folder) === "" ? true : null,
        PATIENCE_MS,
      );
      assertEquals(await Array.fromAsync(Deno.readDir(folder)), []);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
);

/** Reads a stream to its end; resolves as soon as a text was in it. */
function seen(stream: ReadableStream<Uint8Array>, text: string) {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const read = async () => {
    let all = "";
    for await (const part of stream.pipeThrough(new TextDecoderStream())) {
      all += part;
      if (all.includes(text)) resolve();
    }
    reject(new Error(`It ended: ${all}`));
  };
  void read();
  return promise;
}

/** Those whose command line names the folder. */
async function processesIn(folder: string): Promise<string> {
  // The shell's own command line does not: it reads the name.
  const script = 'read -r it; grep -lsF -- "$it" /proc/[0-9]*/cmdline || true';
  const stdin = new TextEncoder().encode(`${folder}\n`);
  return (await run("sh", ["-c", script], { stdin })).text;
}
