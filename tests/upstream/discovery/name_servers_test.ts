import { assertEquals, assertObjectMatch, assertThrows } from "@std/assert";
import { PassthruError } from "../../../src/errors.ts";
import {
  nameServersIn,
  systemNameServers,
} from "../../../src/upstream/discovery/name_servers.ts";

Deno.test("name servers: resolv.conf is read as the system reads it", () => {
  const text = `# nameserver 10.9.9.9
search example.com
nameserver 10.0.0.53
 nameserver\t::1 # the second
nameserver fe80::1%eth0
nameserver name.example
nameserver 10.0.0.54
nameserver 10.0.0.55
`;
  assertEquals(nameServersIn(text).map(({ text }) => text), [
    "10.0.0.53:53",
    "[::1]:53",
    "10.0.0.54:53",
  ]);
});

Deno.test("name servers: none, or no file, is said with what to do about it", async () => {
  const file = await Deno.makeTempFile();
  try {
    assertObjectMatch(
      assertThrows(() => systemNameServers(file), PassthruError),
      {
        code: "no_resolver",
        message:
          `No DNS server for "srv:" targets: ${file} names no DNS server (name one: "resolver": "127.0.0.1:53")`,
      },
    );
  } finally {
    await Deno.remove(file);
  }
  assertObjectMatch(
    assertThrows(() => systemNameServers(file), PassthruError),
    {
      code: "no_resolver",
      message:
        `No DNS server for "srv:" targets: cannot read ${file}: no such file (name one: "resolver": "127.0.0.1:53")`,
    },
  );
});
