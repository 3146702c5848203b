/** What a reload means to a real client that is connected for long. */
import { assertEquals, assertMatch } from "@std/assert";
import { configFile, reload } from "../support/config_file.ts";
import { closedPort } from "../support/tcp.ts";
import { forwardTo, oneServer } from "../support/passthru.ts";
import { startPassthru } from "../support/process.ts";
import { programTest } from "../support/programs.ts";
import { startSshd } from "../support/sshd.ts";
import { within } from "../support/wait.ts";

programTest(
  ["ssh", "ssh-keygen", "sshd"],
  "reload: an SSH session goes on over reloads that send new ones elsewhere",
  async () => {
    await using sshd = await startSshd();
    const config = (to: string) => ({
      ...oneServer({ SSH: forwardTo(to) }) as object,
      // Much shorter than the reloads take.
      drain_timeout: "10ms",
    });
    await using file = await configFile();
    await using passthru = await startPassthru(config(sshd.address), {
      file: file.path,
    });
    const [port] = passthru.ports as [number];
    await using session = sshd.session(port, "cat");
    const keys = session.stdin.getWriter();
    const shown = session.stdout.pipeThrough(new TextDecoderStream())
      .getReader();
    const echo = async (line: string) => {
      await keys.write(new TextEncoder().encode(line));
      const { value } = await within("the echo", shown.read());
      assertEquals(value, line);
    };
    await echo("before\n");
    for (let nth = 0; nth < 3; nth++) {
      const line = await reload(
        passthru,
        file,
        config(`127.0.0.1:${closedPort()}`),
      );
      assertEquals(line["msg"], "reloaded");
      await echo(`after ${nth}\n`);
    }
    await keys.close();
    assertEquals((await within("the end", session.status)).code, 0);
    await shown.cancel();
    const ended = await passthru.line(({ msg }) => msg === "connection");
    // In order; sshd may close before ssh, which has said good-bye by then.
    assertMatch(String(ended["reason"]), /^(?:client|target)_eof$/);
  },
);
