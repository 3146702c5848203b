import { TLS, tlsStub } from "./stub.mjs";
import { tds } from "./tds_stub.mjs";
import { call as connect } from "./tedious.mjs";

export function serve() {
  return tlsStub({ ALPNProtocols: ["tds/8.0"] }, tds);
}

export function call(port) {
  return connect(port, {
    encrypt: "strict",
    serverName: "clients.test",
    cryptoCredentialsDetails: { ca: TLS.cert },
  });
}
