/** HAProxy in TCP mode, by what its documentation has for the first bytes. */
import { Destinations } from "./destinations.ts";
import { type Multiplexer, type Setup, WAIT_S } from "./peer.ts";

/** `req.ssl_hello_type`, `req.ssl_sni`, `HTTP`, `mqtt_is_valid`. */
export const HAPROXY: Multiplexer = {
  name: "HAProxy",
  program: "haproxy",
  versionArgs: ["-v"],
  claims: { protocols: ["TLS", "HTTP", "MQTT"], sni: true },
  run: (setup) => ({
    files: {
      "haproxy.cfg": config(setup),
      "names.map": setup.snis.map((sni) =>
        `${sni} ${setup.destinations.address("TLS", sni)}\n`
      ).join(""),
    },
    commands: [["haproxy", "-db", "-q", "-f", `${setup.folder}/haproxy.cfg`]],
  }),
};

function config({ folder, destinations, lanes }: Setup): string {
  const [tls, http, mqtt] = ["TLS", "HTTP", "MQTT"].map((protocol) =>
    destinations.address(protocol)
  );
  const content = "tcp-request content";
  const sections = lanes.map(({ port, to }, index) => `
listen lane${index}
  bind 127.0.0.1:${port}
  tcp-request inspect-delay ${WAIT_S}s
  ${content} set-dst req.ssl_sni,lower,map_str_ip(${folder}/names.map,${tls}) if { req.ssl_sni -m found }
  ${content} accept if { req.ssl_sni -m found }
  ${content} set-dst str(${tls}) if { req.ssl_hello_type 1 }
  ${content} accept if { req.ssl_hello_type 1 }
  ${content} set-dst str(${http}) if HTTP
  ${content} accept if HTTP
  ${content} set-dst str(${mqtt}) if { req.payload(0,0),mqtt_is_valid }
  ${content} accept if { req.payload(0,0),mqtt_is_valid }
  ${content} set-dst str(${Destinations.REST})
  server target 0.0.0.0:${to}
`);
  return `
global
  nbthread 1
defaults
  mode tcp
  timeout connect 5s
  timeout client 10s
  timeout server 10s
${sections.join("")}`;
}
