/**
 * The directives of nginx that a config of passthru does not have.
 *
 * @module
 */
import { quoted } from "../origin.ts";
import type { Directive } from "./directives.ts";

const LOG = 'see "log"';
const TLS = "passthru does not end TLS, nor speak it to targets";
const BUFFERS = "passthru has buffers of a fixed size";
const REFUSED = "all connections of this server are refused";

/** What stands in the place of each directive, or why nothing does. */
const TEXTS: Readonly<Record<string, string>> = {
  access_log: `every connection is logged, ${LOG}`,
  error_log: LOG,
  log_format: LOG,
  open_log_file_cache: LOG,
  resolver: "the system resolves names, for each connection",
  resolver_timeout: "the system resolves names, for each connection",
  tcp_nodelay: "passthru always sets it",
  variables_hash_max_size: "there are no tables to size",
  variables_hash_bucket_size: "there are no tables to size",
  map_hash_max_size: "there are no tables to size",
  map_hash_bucket_size: "there are no tables to size",
  proxy_buffer_size: BUFFERS,
  proxy_upload_rate: "rates are not limited",
  proxy_download_rate: "rates are not limited",
  proxy_bind: "the system chooses the address that targets are dialled from",
  proxy_half_close: "the end of one direction is always passed on alone",
  proxy_socket_keepalive: "passthru sets no TCP keepalive",
  proxy_requests: "a flow ends when it is idle",
  proxy_responses: "a flow ends when it is idle",
  proxy_session_drop: "open connections to a removed target continue",
  proxy_next_upstream_timeout: "see connect_timeout and retries",
  proxy_protocol_timeout: "detect_timeout includes the PROXY header",
  limit_conn_log_level: "refused connections are logged at the level debug",
  limit_conn_dry_run: "limits always count",
  server_name: "a server has one list of rules for each address",
  split_clients: 'see "weight" and "balance"',
  geoip2: "there are no conditions about countries",
  geoip_country: "there are no conditions about countries",
  geoip_city: "there are no conditions about countries",
  health_check: 'see "health"',
  user: "start passthru as this user",
  worker_processes: 'see "workers"',
  worker_rlimit_nofile: "the system sets the limit of file descriptors",
  worker_shutdown_timeout: 'see "drain_timeout"',
  pid: "passthru writes no file of its process",
  daemon: "passthru always runs in the foreground",
  master_process: "passthru always runs in the foreground",
  load_module: "there are no modules to load",
  events: "there is nothing to choose",
  pcre_jit: "there is nothing to choose",
  env: "environment variables are not passed on",
  return: REFUSED,
  pass: REFUSED,
  set: REFUSED,
  js_filter: REFUSED,
  js_preread: REFUSED,
  http: "only the stream module is imported",
  mail: "only the stream module is imported",
};

/** What is said of a directive that was not translated. */
export function leftText({ name, args, unread }: Directive): string {
  const known = TEXTS[name] ??
    (/^(?:proxy_)?ssl_/.test(name) ? TLS : undefined);
  const text = [name, ...args.map((one) => one.text)].join(" ");
  // There is one block "stream", which is elsewhere, so it can have none of it.
  if (unread !== undefined) return `${quoted(text)} is left out: ${unread}`;
  return known === undefined
    ? `${quoted(text)} is no directive that is known, and left out`
    : `${quoted(text)} has no equivalent: ${known}`;
}
