"""gRPC by grpcio: "serve NAME PORT" echoes, "ask ADDRESS AUTHORITY" asks.

A client asks three times, then chats: 20 messages of 256 KiB in each direction,
which is more than any window of HTTP/2 holds. It prints the server's name.
"""
import sys
from concurrent import futures

import grpc

MESSAGE = bytes(range(256)) * 1024
COUNT = 20


def same(message):
    return message


def serve(name, port):
    handlers = {
        "Name": grpc.unary_unary_rpc_method_handler(
            lambda request, context: name.encode(), same, same
        ),
        "Chat": grpc.stream_stream_rpc_method_handler(
            lambda requests, context: requests, same, same
        ),
    }
    server = grpc.server(futures.ThreadPoolExecutor(4))
    server.add_generic_rpc_handlers(
        (grpc.method_handlers_generic_handler("test.Echo", handlers),)
    )
    if server.add_insecure_port("127.0.0.1:" + port) == 0:
        sys.exit("the port is taken")
    server.start()
    server.wait_for_termination()


def ask(address, authority):
    options = [("grpc.default_authority", authority)]
    with grpc.insecure_channel(address, options) as channel:
        ask_name = channel.unary_unary("/test.Echo/Name", same, same)
        names = {ask_name(b"?", timeout=20) for _ in range(3)}
        chat = channel.stream_stream("/test.Echo/Chat", same, same)
        heard = list(chat(iter([MESSAGE] * COUNT), timeout=20))
        if heard != [MESSAGE] * COUNT:
            sys.exit("the chat lost something")
        print(",".join(name.decode() for name in names))


{"serve": serve, "ask": ask}[sys.argv[1]](*sys.argv[2:])
