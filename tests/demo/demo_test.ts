import {
  assert,
  assertEquals,
  assertMatch,
  assertNotEquals,
  assertStringIncludes,
} from "@std/assert";
import { guide, trials } from "../../src/demo/guide.ts";
import { startDemo } from "../../src/demo/main.ts";
import { denoJson } from "../support/deno_json.ts";
import { ROOT } from "../support/process.ts";
import { programTest } from "../support/programs.ts";

/** Any free ports. */
const ANY = { port: 0, page: 0 };

async function shell(command: string): Promise<string> {
  const { stdout } = await new Deno.Command("sh", {
    args: ["-c", command],
    stdin: "null",
    stderr: "null",
  }).output();
  return new TextDecoder().decode(stdout);
}

programTest(
  ["curl", "openssl", "nc"],
  "demo: every printed command works as printed",
  async () => {
    let log = "";
    const demo = await startDemo(ANY, (lines) => log += lines);
    try {
      const printed = guide(demo, demo.config);
      for (const { command, shows } of trials(demo.port)) {
        assert(printed.includes(`\n${command}\n`));
        const output = await shell(command);
        assert(output.includes(shows), `${command}\n${output}\n${log}`);
      }
    } finally {
      await demo.stop();
    }
    for (const protocol of ["TLS", "HTTP", "HTTP2", "SSH", "SILENT"]) {
      assert(log.includes(` rule=${protocol}/`), protocol);
    }
  },
);

Deno.test("demo: takes other ports when its own are taken", async () => {
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  using other = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const wanted = { port: taken.addr.port, page: other.addr.port };
  const demo = await startDemo(wanted, () => {});
  assertNotEquals(demo.port, wanted.port);
  assertNotEquals(demo.page, wanted.page);
  await demo.stop();
});

Deno.test("demo: the live page that it names is there and knows the connections", async () => {
  const demo = await startDemo(ANY, () => {});
  try {
    const printed = guide(demo, demo.config);
    const url = /http:\/\/127\.0\.0\.1:\d+\//.exec(printed)?.[0];
    const page = await fetch(url!);
    assertMatch(await page.text(), /<title>.*passthru/);
    const client = await fetch(`http://127.0.0.1:${demo.port}/`);
    assertStringIncludes(await client.text(), "Hello from plain HTTP");
    const answer = await fetch(`${url}api/connections?state=all`);
    const { connections } = await answer.json();
    assertEquals(connections[0].protocol, "HTTP");
  } finally {
    await demo.stop();
  }
});

Deno.test("demo: the task's command starts, prints its port, and Ctrl-C stops it with 0", async () => {
  const { tasks } = await denoJson();
  const [deno, ...args] = tasks["demo"]!.command.split(" ");
  assertEquals(deno, "deno");
  const child = new Deno.Command(Deno.execPath(), {
    args,
    cwd: ROOT,
    stdout: "piped",
    stderr: "null",
    env: { NO_COLOR: "1" },
  }).spawn();
  let text = "";
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  while (!text.includes("Ctrl-C stops all.")) {
    const { value, done } = await reader.read();
    assert(!done, text);
    text += value;
  }
  const port = Number(/--resolve alpha\.localhost:(\d+):/.exec(text)?.[1]);
  const conn = await Deno.connect({ hostname: "127.0.0.1", port });
  conn.close();
  child.kill("SIGINT");
  const { code } = await child.status;
  assertEquals(code, 0);
  await reader.cancel();
});
