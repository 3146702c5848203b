import { assert, assertEquals } from "@std/assert";
import { adminApi } from "../support/admin_api.ts";
import { runCli } from "../support/cli.ts";
import { service } from "../support/services.ts";
import { closedAddress } from "../support/upstream.ts";

async function check(address: string, ...more: string[]) {
  return await runCli("healthcheck", "--admin", address, ...more);
}

Deno.test("healthcheck: 0 while it takes connections", async () => {
  await using api = adminApi();
  api.token = "wanted from others only";
  assertEquals(await check(api.address), {
    code: 0,
    stdout: "ready\n",
    stderr: "",
  });
  assertEquals(api.asked, ["GET /readyz"]);
});

Deno.test("healthcheck: 1 and one line with the reason while it does not", async () => {
  await using api = adminApi();
  const answers = [
    ["draining\n", "draining"],
    ['{"error":"starting"}', "starting"],
    ['{"status":"draining"}', "draining"],
    ["", "it answers 503"],
    ["a\x1b[2J\nb", "a\\u001b[2J"],
  ] as const;
  for (const [body, text] of answers) {
    api.ready = { status: 503, body };
    assertEquals(await check(api.address), {
      code: 1,
      stdout: "",
      stderr: `${api.address} is not ready: ${text}\n`,
    });
  }
});

Deno.test("healthcheck --live: asks /healthz, which says yes while it drains", async () => {
  await using api = adminApi();
  api.ready = { status: 503, body: "draining\n" };
  assertEquals(await check(api.address, "--live"), {
    code: 0,
    stdout: "alive\n",
    stderr: "",
  });
  assertEquals(api.asked, ["GET /healthz"]);
});

Deno.test("healthcheck: 1 within seconds when nobody answers, or not in HTTP", async () => {
  const address = closedAddress();
  assertEquals(await check(address), {
    code: 1,
    stdout: "",
    stderr:
      `Cannot ask ${address}: nothing listens there (is "admin" in its config, and at this address?)\n`,
  });
  await using ssh = service(async (conn) => {
    await conn.write(new TextEncoder().encode("SSH-2.0-x\r\n"));
  });
  const { code, stderr } = await check(ssh.address);
  assertEquals(
    [code, stderr],
    [
      1,
      `Cannot ask ${ssh.address}: what listens there does not speak HTTP\n`,
    ],
  );
  await using silent = service(async (conn) => {
    while (await conn.read(new Uint8Array(1_000)) !== null);
  });
  const started = performance.now();
  const late = await check(silent.address);
  assertEquals(
    [late.code, late.stderr],
    [1, `Cannot ask ${silent.address}: no answer within 3 s\n`],
  );
  assert(performance.now() - started >= 2_900);
});
