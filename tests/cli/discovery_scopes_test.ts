import { assertEquals } from "@std/assert";
import { probes } from "../../src/cli/discovery_scopes.ts";

Deno.test("scopes: what the runtime cannot be asked is asked by what is inside", () => {
  const cases: [string, string[]][] = [
    ["*.service.consul", ["x.service.consul"]],
    ["*.service.consul:80", ["x.service.consul:80"]],
    ["10.0.0.0/8", ["10.0.0.0", "10.255.255.255"]],
    ["10.0.0.0/31:80", ["10.0.0.0:80", "10.0.0.1:80"]],
    ["10.0.0.1:80", ["10.0.0.1:80"]],
    ["[::1]:80", ["[::1]:80"]],
    ["[::1]", ["[::1]"]],
    ["0.0.0.0:443", ["0.0.0.0:443"]],
    ["Example.com:443", ["Example.com:443"]],
  ];
  for (const [scope, hosts] of cases) assertEquals(probes(scope), hosts);
});
