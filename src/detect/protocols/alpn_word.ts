/**
 * `ALPN h2`: a protocol that a hello offers (RFC 7301).
 *
 * @module
 */
import type { KnownNames } from "../near_names.ts";
import { type RuleWord, textWord } from "../rule_grammar.ts";

/** Of IANA's "TLS Application-Layer Protocol Negotiation (ALPN) Protocol IDs". */
const REGISTERED: KnownNames = {
  what: "a registered ALPN protocol",
  names: [
    ..."http/0.9 http/1.0 http/1.1 h2 h2c h3 spdy/1 spdy/2 spdy/3".split(" "),
    ..."stun.turn stun.nat-discovery webrtc c-webrtc sip/2".split(" "),
    ..."ftp imap pop3 managesieve nntp nnsp irc xmpp-client".split(" "),
    ..."xmpp-server acme-tls/1 mqtt coap co dot doq ntske/1 sunrpc".split(" "),
    ..."smb tds/8.0 dicom postgresql radius/1.0 radius/1.1".split(" "),
  ],
  others: {
    http: "http/1.1",
    http1: "http/1.1",
    h1: "http/1.1",
    http2: "h2",
    http20: "h2",
    http3: "h3",
    http30: "h3",
    acme: "acme-tls/1",
    mssql: "tds/8.0",
    ntske: "ntske/1",
    postgres: "postgresql",
    tds: "tds/8.0",
    tds8: "tds/8.0",
    xmpp: "xmpp-client",
  },
};

/** The rule word of every protocol that carries a TLS hello. */
export const ALPN_WORD: RuleWord = textWord("alpn", {
  pattern: /^[\x21-\x7e]{1,255}$/,
  expected: 'an ALPN protocol such as "h2" or "http/1.1"',
}, { example: "h2", many: true, exact: true, known: REGISTERED });
