/** A rule with PATH for one host, and curl that asks nginx for another one. */
import { assertEquals } from "@std/assert";
import { configFile } from "../support/config_file.ts";
import { startNginx } from "../support/nginx.ts";
import { startPassthru } from "../support/process.ts";
import { programTest } from "../support/programs.ts";
import { curl } from "../support/web_clients.ts";

const SERVER = "127.0.0.1:0";

programTest(
  ["curl", "nginx"],
  "a bounded file with a rule for paths leaves escaped slashes of other hosts alone",
  async () => {
    await using nginx = await startNginx([
      { name: "h1-site", http2: false },
      { name: "h1-app", http2: false },
      { name: "h2-site", http2: true },
      { name: "h2-app", http2: true },
    ]);
    const main = {
      version: "v1.0.0",
      include: [{
        files: "app.jsonc",
        within: { listeners: [SERVER], to: ["127.0.0.0/8"] },
      }],
      servers: {
        [SERVER]: {
          HTTP: { "HOST site.test": nginx.address("h1-site") },
          HTTP2: { "AUTHORITY site.test": nginx.address("h2-site") },
        },
      },
    };
    await using file = await configFile(main);
    const [h1, h2] = [nginx.address("h1-app"), nginx.address("h2-app")];
    const app = {
      HTTP: { "HOST app.test PATH /app*": h1, "HOST app.test": h1 },
      HTTP2: { "AUTHORITY app.test PATH /app*": h2, "AUTHORITY app.test": h2 },
    };
    await Deno.writeTextFile(
      `${file.folder}/app.jsonc`,
      JSON.stringify({ servers: { [SERVER]: app } }),
    );
    await using passthru = await startPassthru(main, { file: file.path });
    const [port] = passthru.ports as [number];
    const get = async (version: string, host: string, path: string) => {
      const args = [version, "--path-as-is", "--write-out", "%{http_code}"];
      const { text } = await curl({ port }, args, `http://${host}${path}`);
      return text;
    };
    const versions = [
      ["--http1.1", "h1", "HTTP/1.1"],
      ["--http2-prior-knowledge", "h2", "HTTP/2.0"],
    ] as const;
    for (const [version, name, protocol] of versions) {
      for (const path of ["/a%2Fb", "/%2e%2e;/x", "/a"]) {
        assertEquals(
          await get(version, "site.test", path),
          `${name}-site ${protocol} site.test\n200`,
        );
      }
      assertEquals(
        await get(version, "app.test", "/app/x"),
        `${name}-app ${protocol} app.test\n200`,
      );
    }
    // For the host with the rule they are malformed, as they were.
    assertEquals(await get("--http1.1", "app.test", "/app%2Fx"), "000");
    assertEquals(
      await get("--http2-prior-knowledge", "app.test", "/app%2Fx"),
      "000",
    );
  },
);
