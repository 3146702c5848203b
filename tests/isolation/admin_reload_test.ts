/** Reloads by the admin API, and what they do to the admin address itself. */
import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import type { ApiError, ReloadAnswer } from "../../src/admin/api.ts";
import { AdminClient } from "../support/admin_client.ts";
import { configFile, reload } from "../support/config_file.ts";
import { freePorts } from "../support/free_ports.ts";
import { ask } from "../support/load.ts";
import { forwardTo, withAdmin } from "../support/passthru.ts";
import { startPassthru } from "../support/process.ts";
import { namedEcho } from "../support/services.ts";
import { until } from "../support/wait.ts";

const TOKEN = "a-token-of-some-length";

Deno.test("admin: a reload that is asked for serves the new config, and says what changed", async () => {
  await using one = namedEcho("one");
  await using two = namedEcho("two");
  const [port] = freePorts(1) as [number];
  const listen = { listen: `127.0.0.1:${port}` };
  await using file = await configFile();
  await using passthru = await startPassthru(withAdmin(one.address, listen), {
    file: file.path,
  });
  const admin = new AdminClient(port);
  await file.write(withAdmin(two.address, listen));
  const { status, body } = await admin.post<ReloadAnswer>("/api/reload");
  assertEquals([status, body.generation], [200, 2]);
  assertMatch(body.changes.join(), /CATCHALL\/CATCHALL: .* -> /);
  assertEquals(await ask(passthru.ports[0]!, "x"), "two");
  const state = await admin.state();
  assertEquals(state.generation, 2);
  assertEquals(state.config.last_reload!.ok, true);
  assert(state.config.text.includes(two.address));
});

Deno.test("admin: a bad config is answered with all that is wrong, and the old one goes on", async () => {
  await using one = namedEcho("one");
  const [port] = freePorts(1) as [number];
  const listen = { listen: `127.0.0.1:${port}` };
  await using file = await configFile();
  const good = withAdmin(one.address, listen);
  await using passthru = await startPassthru(good, { file: file.path });
  const admin = new AdminClient(port);
  const text = '{\n  "version": "v1.0.0",\n  "servers": { ":1": {} },\n' +
    '  "workers": -1\n}';
  await file.write(text);
  const { status, body } = await admin.post<ApiError>("/api/reload");
  assertEquals([status, body], [422, {
    error: `${file.path} has errors`,
    notes: [{
      place: `${file.path}:3:16`,
      severity: "warning",
      message: 'Listener ":1" has no protocols: it refuses every connection',
    }, {
      place: `${file.path}:4:14`,
      severity: "error",
      message:
        'Invalid value of "workers": found -1, expected a whole number from 0 to 1024',
    }],
  }]);
  assertEquals(await ask(passthru.ports[0]!, "x"), "one");
  assertEquals(await admin.ready(), [200, "ready"]);
  const { config: shown, generation } = await admin.state();
  assertEquals(generation, 1);
  assertEquals(shown.text, JSON.stringify(good, null, 2));
  assertEquals(
    [shown.last_reload!.ok, shown.last_reload!.error, shown.last_reload!.notes],
    [false, body.error, body.notes],
  );
  assertEquals(shown.notes, []);
  // The signal goes the same way.
  const line = await reload(passthru, file, "{");
  assertEquals(line["level"], "error");
  const { last_reload } = (await admin.state()).config;
  assertEquals(last_reload!.notes[0]!.place, `${file.path}:1:2`);
});

Deno.test("admin: a reload moves it, changes who may ask, and turns it off", async () => {
  await using echo = namedEcho("echo");
  const [port, other] = freePorts(2) as [number, number];
  await using file = await configFile();
  await Deno.writeTextFile(`${file.folder}/token`, `  ${TOKEN}\n`);
  await using passthru = await startPassthru(
    withAdmin(echo.address, undefined),
    {
      file: file.path,
    },
  );
  const switchTo = async (admin: unknown) => {
    const line = await reload(passthru, file, withAdmin(echo.address, admin));
    assertEquals(line["msg"], "reloaded");
    return line["changes"];
  };
  const first = new AdminClient(port);
  await assertRejects(() => first.ready());
  assertEquals(
    await switchTo({ listen: `127.0.0.1:${port}` }),
    `admin off -> 127.0.0.1:${port}`,
  );
  assertEquals((await first.get("/api/state")).status, 200);
  // The same port on more interfaces: one goes before the other comes.
  await switchTo({ listen: `:${port}`, token: "file:token" });
  assertEquals((await first.get("/api/state")).status, 200);
  const authorized = new AdminClient(port, TOKEN);
  assertEquals((await authorized.get("/api/state")).status, 200);
  const wrong = new AdminClient(port, "another-token-of-16");
  assertEquals((await wrong.get("/api/state")).status, 401);
  // Another token at the same address.
  await Deno.writeTextFile(`${file.folder}/token`, "another-token-of-16");
  await switchTo({ listen: `:${port}`, token: "file:token" });
  assertEquals((await wrong.get("/api/state")).status, 200);
  // What moves it answers on the old address.
  const moved = new AdminClient(other);
  const there = { listen: `127.0.0.1:${other}` };
  await file.write(withAdmin(echo.address, there));
  assertEquals((await first.post("/api/reload")).status, 200);
  assertEquals((await moved.get("/api/state")).status, 200);
  await until(
    "the old one to end",
    () => first.ready().then(() => null, () => true),
  );
  await switchTo(undefined);
  await until("it to end", () => moved.ready().then(() => null, () => true));
});

Deno.test("admin: a reload that fails leaves it where it was", async () => {
  await using echo = namedEcho("echo");
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const [port, other] = freePorts(2) as [number, number];
  const here = { listen: `127.0.0.1:${port}` };
  await using file = await configFile();
  await Deno.writeTextFile(`${file.folder}/token`, "short");
  await using passthru = await startPassthru(withAdmin(echo.address, here), {
    file: file.path,
  });
  const admin = new AdminClient(port);
  const inUse = `127.0.0.1:${taken.addr.port}`;
  const bad = async (next: object) => {
    await file.write(next);
    const { status, body } = await admin.post<ApiError>("/api/reload");
    assertEquals(status, 422);
    assertEquals((await admin.get("/api/state")).status, 200);
    assertEquals(await ask(passthru.ports[0]!, "x"), "echo");
    return body.error;
  };
  assertEquals(
    await bad(withAdmin(echo.address, { listen: inUse })),
    `Cannot listen on "${inUse}" for admin: address already in use`,
  );
  assertEquals(
    await bad(withAdmin(echo.address, { ...here, token: "file:token" })),
    `Cannot use the admin token in "${file.folder}/token": it has 5 characters, expected at least 16`,
  );
  assertEquals(
    await bad(withAdmin(echo.address, { ...here, token: "file:none" })),
    `Cannot read the admin token "${file.folder}/none": no such file`,
  );
  // The admin address is free, but a server's is not: beside and in its place.
  const servers = { [inUse]: { CATCHALL: forwardTo(echo.address) } };
  const elsewhere = { listen: `127.0.0.1:${other}` };
  for (const listen of [elsewhere, { listen: `:${port}` }]) {
    assertEquals(
      await bad({ ...withAdmin(echo.address, listen), servers }),
      `Cannot listen on "${inUse}": address already in use`,
    );
  }
  await assertRejects(() => new AdminClient(other).ready());
});
