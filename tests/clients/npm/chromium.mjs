import { mkdtemp, rm } from "node:fs/promises";
import { output } from "./program.mjs";

export { web as serve } from "./tls_stub.mjs";

export async function call(port) {
  const profile = await mkdtemp("/tmp/passthru-chromium-");
  const args = [
    ...["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic"],
    "--ignore-certificate-errors",
    `--user-data-dir=${profile}`,
    `--host-resolver-rules=MAP clients.test 127.0.0.1:${port}`,
    "--dump-dom",
    "https://clients.test/",
  ];
  try {
    return await output("chromium", args);
  } finally {
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}
