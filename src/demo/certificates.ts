/**
 * The certificates of the demo's two TLS sites.
 *
 * They are PUBLIC TEST KEYS: everybody has them, so they protect nothing and
 * must never be trusted by a browser or a system. They are self-signed (EC
 * P-256, not a CA) and valid to the year 2126. For the name N each was made by
 *
 * ```sh
 * openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc \
 *   -days 36500 -subj "/CN=$N" -addext "subjectAltName=DNS:$N" \
 *   -addext "basicConstraints=critical,CA:FALSE" -keyout "$N.key" -out "$N.crt"
 * ```
 *
 * @module
 */

/** A certificate and its private key, as `Deno.serve` takes them. */
export interface DemoCertificate {
  /** The name in CN and subjectAltName. */
  readonly name: string;
  /** The certificate, PEM. */
  readonly cert: string;
  /** The private key, PEM. */
  readonly key: string;
}

/** The public test certificate of `alpha.localhost`. */
export const ALPHA_CERTIFICATE: DemoCertificate = {
  name: "alpha.localhost",
  cert: `\
-----BEGIN CERTIFICATE-----
MIIBpTCCAUqgAwIBAgIUS3vQdav4v6ikMo6aj4Pfv62jS90wCgYIKoZIzj0EAwIw
GjEYMBYGA1UEAwwPYWxwaGEubG9jYWxob3N0MCAXDTI2MTEyMjE2MTMyNVoYDzIx
MjYxMDI5MTYxMzI1WjAaMRgwFgYDVQQDDA9hbHBoYS5sb2NhbGhvc3QwWTATBgcq
hkjOPQIBBggqhkjOPQMBBwNCAATHa4t/Kgu9WIbtmPTrmYHgxxCq11ykIix2DiAu
xpVbt8BK6BeiWFaz6NpMjkczqA9YVBalwmfoq+QUUE9J14Xgo2wwajAdBgNVHQ4E
FgQULNeg1yhYBYBO6Nz3JIx8qD3TPuMwHwYDVR0jBBgwFoAULNeg1yhYBYBO6Nz3
JIx8qD3TPuMwGgYDVR0RBBMwEYIPYWxwaGEubG9jYWxob3N0MAwGA1UdEwEB/wQC
MAAwCgYIKoZIzj0EAwIDSQAwRgIhAKFUJV98i1PIBpXsenXRIkapseRFEjyA/Dm5
S1wx+ErbAiEAnK+KwMlI76JTGCUPPkp0FEMqONIlQaTPIapCOqwaE7k=
-----END CERTIFICATE-----
`,
  key: `\
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgqZK0/BjPUZIcmv47
Xvq8jtsxQlfxpPU310bPlKUsfSShRANCAATHa4t/Kgu9WIbtmPTrmYHgxxCq11yk
Iix2DiAuxpVbt8BK6BeiWFaz6NpMjkczqA9YVBalwmfoq+QUUE9J14Xg
-----END PRIVATE KEY-----
`,
};

/** The public test certificate of `beta.localhost`. */
export const BETA_CERTIFICATE: DemoCertificate = {
  name: "beta.localhost",
  cert: `\
-----BEGIN CERTIFICATE-----
MIIBoDCCAUegAwIBAgIUMKaYrM+7VFdpSXZmj5XxEcNv958wCgYIKoZIzj0EAwIw
GTEXMBUGA1UEAwwOYmV0YS5sb2NhbGhvc3QwIBcNMjYxMTIyMTYxMzI1WhgPMjEy
NjEwMjkxNjEzMjVaMBkxFzAVBgNVBAMMDmJldGEubG9jYWxob3N0MFkwEwYHKoZI
zj0CAQYIKoZIzj0DAQcDQgAEO5HlXF2vpEjegOuaYBf0GRJO0Z/uKld/2Ju9Rj0E
Y8esT6n//S5iXGb8bZF/mM1xUZuOjEJ4xxqwQ+USwbv/16NrMGkwHQYDVR0OBBYE
FKftDU7p14EtHGETIQnfEdo8EoOhMB8GA1UdIwQYMBaAFKftDU7p14EtHGETIQnf
Edo8EoOhMBkGA1UdEQQSMBCCDmJldGEubG9jYWxob3N0MAwGA1UdEwEB/wQCMAAw
CgYIKoZIzj0EAwIDRwAwRAIgBYRq2W9jKjO6bPXKZdD2Alvgj43ojJtmDLbPLpTC
SWYCIEEJg80uU8GMHeI8AaIVTB4RaPBCSN1SAuwUCDIzac3J
-----END CERTIFICATE-----
`,
  key: `\
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgVLz/whjiv7Na+saa
9pBbsRacV1qDt7qRIXUvvq5/4+qhRANCAAQ7keVcXa+kSN6A65pgF/QZEk7Rn+4q
V3/Ym71GPQRjx6xPqf/9LmJcZvxtkX+YzXFRm46MQnjHGrBD5RLBu//X
-----END PRIVATE KEY-----
`,
};
