import { assertEquals, assertStringIncludes } from "@std/assert";
import { runCli } from "../../support/cli.ts";
import { tempFolder } from "../../support/daemon.ts";
import { ROOT } from "../../support/process.ts";

const ROUTES = `tcp:
  routers:
    app:
      entryPoints: [websecure]
      rule: "HostSNI(\`app.example.com\`)"
      service: app
      tls: { passthrough: true }
  services:
    app: { loadBalancer: { servers: [ { address: "10.0.0.1:443" } ] } }
udp:
  routers:
    dns: { entryPoints: [dns], service: dns }
  services:
    dns: { loadBalancer: { servers: [ { address: "10.0.0.53:53" } ] } }
`;

Deno.test("import: Traefik's entry points are given with --entrypoint, and reading is all that must be permitted", async () => {
  await using folder = await tempFolder();
  const file = `${folder.path}/routes.yml`;
  await Deno.writeTextFile(file, ROUTES);
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "--no-prompt", "--allow-read", `${ROOT}main.ts`, "import"],
      ...[file, "--entrypoint", "websecure=:443,dns=:53/udp"],
    ],
    stdin: "null",
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  assertEquals(code, 0, text(stderr));
  assertStringIncludes(text(stdout), '"SNI app.example.com": "10.0.0.1:443"');
  assertStringIncludes(text(stdout), '":53/udp": {');
});

Deno.test("import: entry points that are missing or wrong", async () => {
  await using folder = await tempFolder();
  const file = `${folder.path}/routes.yml`;
  await Deno.writeTextFile(file, ROUTES);
  const missing = await runCli("import", file, "--entrypoint", "dns=:53/udp");
  assertEquals([missing.code, missing.stdout], [78, ""]);
  assertStringIncludes(missing.stderr, "--entrypoint websecure=:443");
  const wrong = await runCli("import", file, "--entrypoint", "websecure");
  assertEquals(wrong.code, 2);
  assertStringIncludes(wrong.stderr, 'Invalid entry point "websecure"');
});
