/** What is said when a permission is missing. */
import { assertEquals } from "@std/assert";
import { missingPermissions } from "../../../src/cli/run/missing_permissions.ts";

const MISSING = { net: ["10.0.0.1:80"], read: [], write: ["/run/x.sock"] };

Deno.test("missing permissions: the executable cannot be given flags, and says so", () => {
  const said = (running: boolean, standalone: boolean) =>
    missingPermissions(MISSING, { file: "c", running, standalone }).message;
  const flags = "--allow-net=10.0.0.1:80 --allow-write=/run/x.sock";
  for (const running of [false, true]) {
    assertEquals(
      said(running, true),
      `Missing permissions: ${flags}. The permissions of this executable were fixed when it was compiled ("deno task compile"): run passthru from its sources with these flags`,
    );
  }
  assertEquals(
    said(false, false),
    `Missing permissions: run with ${flags} too ("passthru scopes" prints all that a config needs)`,
  );
});
