"""What OpenSSL reads in ClientHellos, by Python's ssl.

Reads batches from standard input (BE32 count, then each: BE32 length, bytes),
writes a line of JSON for each: {"sni": name or null}, {"error": reason}, or
null: it waits for more.
"""

import json
import ssl
import struct
import sys



def read(context, hello):
    seen = []

    def hear(_socket, name, _context):
        seen.append(name)
        return ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME

    context.sni_callback = hear
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    tls = context.wrap_bio(incoming, outgoing, server_side=True)
    incoming.write(hello)
    reason = None
    try:
        tls.do_handshake()
    except ssl.SSLWantReadError:
        pass
    except (ssl.SSLError, ValueError) as error:
        reason = getattr(error, "reason", None) or str(error)
    if seen:
        return {"sni": seen[0]}
    return None if reason is None else {"error": reason}


def exactly(count):
    data = sys.stdin.buffer.read(count)
    if len(data) < count:
        sys.exit(0)
    return data


# A name that is not ASCII ends the handshake, and need not be told each time.
sys.unraisablehook = lambda _: None
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.set_ciphers("ALL:@SECLEVEL=0")
context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
context.load_cert_chain(sys.argv[1], sys.argv[2])
while True:
    (count,) = struct.unpack(">I", exactly(4))
    answers = []
    for _ in range(count):
        (length,) = struct.unpack(">I", exactly(4))
        answers.append(read(context, exactly(length)))
    print(json.dumps(answers), flush=True)
