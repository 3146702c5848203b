import ssh2 from "ssh2";
import { listening, SAID } from "./stub.mjs";

export function serve() {
  const { private: hostKey } = ssh2.utils.generateKeyPairSync("ed25519");
  const options = { hostKeys: [hostKey], banner: SAID };
  return listening(
    new ssh2.Server(options, (client) => {
      client.on("authentication", (context) => context.reject());
      client.on("error", () => {});
    }),
  );
}

export function call(port) {
  const client = new ssh2.Client();
  client.on("error", () => {});
  client.connect({
    host: "127.0.0.1",
    port,
    username: "alice",
    password: "x",
  });
  return new Promise((resolve) => client.on("banner", resolve));
}
