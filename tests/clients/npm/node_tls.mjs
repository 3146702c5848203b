import https from "node:https";
import { TLS } from "./stub.mjs";

export { web as serve } from "./tls_stub.mjs";

export function call(port) {
  const options = {
    host: "127.0.0.1",
    port,
    servername: "clients.test",
    headers: { host: "clients.test" },
    ca: TLS.cert,
  };
  return new Promise((resolve, reject) =>
    https.get(options, async (response) => {
      resolve((await response.setEncoding("utf8").toArray()).join(""));
    }).on("error", reject)
  );
}
