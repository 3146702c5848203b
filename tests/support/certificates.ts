/** Certificates for tests, made when they are needed. */
import { runWell } from "./programs.ts";

/** A self-signed certificate. */
export interface Certificate {
  /** The host that it is for. */
  readonly host: string;
  /** File of the certificate, which is also what clients are to trust. */
  readonly file: string;
  /** File of its private key. */
  readonly keyFile: string;
}

/** Makes a self-signed certificate for a host, in a folder. */
export async function makeCertificate(
  folder: string,
  host: string,
): Promise<Certificate> {
  const file = `${folder}/${host}.pem`;
  const keyFile = `${folder}/${host}.key`;
  await runWell("openssl", [
    "req",
    "-x509",
    ...["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"],
    "-nodes",
    ...["-keyout", keyFile, "-out", file, "-days", "2"],
    ...["-subj", `/CN=${host}`, "-addext", `subjectAltName=DNS:${host}`],
  ]);
  return { host, file, keyFile };
}
