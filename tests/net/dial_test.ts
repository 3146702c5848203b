import {
  assertEquals,
  assertObjectMatch,
  assertRejects,
  assertThrows,
} from "@std/assert";
import { errorCode } from "../../src/errors.ts";
import { dial } from "../../src/net/dial.ts";
import { listen } from "../../src/net/listen.ts";
import { PassthruError } from "../../src/errors.ts";
import { blackHole } from "../support/black_hole.ts";
import { closedPort } from "../support/tcp.ts";

Deno.test("dial() connects", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const [conn, far] = await Promise.all([
    dial({ hostname: "127.0.0.1", port: listener.addr.port }, {
      timeoutMs: 5_000,
      controller: new AbortController(),
    }),
    listener.accept(),
  ]);
  conn.close();
  far.close();
});

Deno.test("dial() says that nobody listens", async () => {
  const error = await dial({ hostname: "127.0.0.1", port: closedPort() }, {
    timeoutMs: 5_000,
    controller: new AbortController(),
  }).then((conn) => conn.close(), (error) => error);
  assertEquals(errorCode(error), "ECONNREFUSED");
});

Deno.test("dial() gives up after the timeout, and when it is told to", async () => {
  using silent = await blackHole();
  const { port } = silent;
  const timedOut = await dial({ hostname: "127.0.0.1", port }, {
    timeoutMs: 50,
    controller: new AbortController(),
  }).then((conn) => conn.close(), (error) => error);
  assertEquals(errorCode(timedOut), "TIMEOUT");
  const controller = new AbortController();
  const pending = dial({ hostname: "127.0.0.1", port }, {
    timeoutMs: 60_000,
    controller,
  });
  controller.abort(new DOMException("Closed", "AbortError"));
  assertEquals(
    (await assertRejects(() => pending, DOMException)).name,
    "AbortError",
  );
});

Deno.test("dial() that is given up before connects to nobody", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const address = { hostname: "127.0.0.1", port: listener.addr.port };
  const controller = new AbortController();
  controller.abort(new Error("given up"));
  await assertRejects(
    () => dial(address, { timeoutMs: 5_000, controller }),
    Error,
    "given up",
  );
  using next = await Deno.connect(address);
  using first = await listener.accept();
  assertEquals(first.remoteAddr, next.localAddr);
});

Deno.test("dial() leaves no connection open that is made just when it is given up", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const accepting = (async () => {
    for await (const conn of listener) conn.close();
  })();
  const address = { hostname: "127.0.0.1", port: listener.addr.port };
  // About one in a hundred is given up when the runtime has connected already.
  let givenUp = 0;
  for (let i = 0; i < 3_000 && givenUp < 20; i++) {
    const controller = new AbortController();
    const dialling = dial(address, { timeoutMs: 5_000, controller });
    const timer = setTimeout(() => controller.abort(new Error("given up")), 0);
    await dialling.then((conn) => conn.close(), ({ message }) => {
      assertEquals(message, "given up");
      assertThrows(() => controller.signal.throwIfAborted(), Error, message);
      givenUp++;
    });
    clearTimeout(timer);
  }
  listener.close();
  await accepting;
});

Deno.test("listen() names the address that it cannot bind", () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  const text = `127.0.0.1:${port}`;
  assertObjectMatch(
    assertThrows(
      () => listen({ text, hostname: "127.0.0.1", port }, { backlog: 16 }),
      PassthruError,
    ),
    {
      code: "bind_failed",
      message: `Cannot listen on "${text}": address already in use`,
    },
  );
});

Deno.test("listen() on all interfaces takes IPv4 and IPv6 on one socket", async () => {
  using listener = listen({ text: ":0", hostname: "", port: 0 }, {
    backlog: 16,
  });
  for (const hostname of ["127.0.0.1", "::1"]) {
    const [conn, far] = await Promise.all([
      Deno.connect({ hostname, port: listener.addr.port }),
      listener.accept(),
    ]);
    conn.close();
    far.close();
  }
});
