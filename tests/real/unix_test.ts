/** nginx and curl on Unix sockets. */
import { assertMatch } from "@std/assert";
import { tempFolder } from "../support/daemon.ts";
import { startUnixNginx } from "../support/nginx_unix.ts";
import { forwardTo, oneServer } from "../support/passthru.ts";
import { startPassthru } from "../support/process.ts";
import { programTest, runWell } from "../support/programs.ts";

programTest(
  ["curl", "nginx"],
  "nginx on a Unix socket answers curl on TCP, and curl on a Unix socket",
  async () => {
    await using folder = await tempFolder();
    await using nginx = await startUnixNginx();
    const inside = `${folder.path}/in.sock`;
    const server = { HTTP: forwardTo(nginx.address) };
    const { servers } = oneServer(server) as { servers: object };
    await using passthru = await startPassthru(
      {
        version: "v1.0.0",
        servers: { ...servers, [`unix:${inside}`]: server },
      },
      {
        program: [
          ...["run", "--no-prompt", "--allow-net", "--allow-read"],
          ...["--allow-write", new URL("../../main.ts", import.meta.url).href],
        ],
      },
    );
    const [port] = passthru.ports;
    for (
      const where of [
        [`http://127.0.0.1:${port}/`],
        ["--unix-socket", inside, "http://site-a.test/"],
      ]
    ) {
      const { text } = await runWell("curl", ["--silent", ...where]);
      assertMatch(text, /^over unix: (127\.0\.0\.1|site-a\.test)\n$/);
    }
  },
);
