"""An HTTP server that writes down each request and answers as its path asks.

    python -m benchmarks.sinks.http_sink --log FILE [--port N] [--cert PEM]

The first part of the path is the script: answers with commas between them, one for each request to that path, the
last for all that follow. `/200`, `/500,500,200/orders`, `/429:30` (with Retry-After), `/late:2` (200 after 2 s),
`/never`, `/drop` (breaks without an answer), `/nonsense` (no HTTP), `/to:http:,,host,path` (a redirect, slashes as
commas), `/big` (1 MB), `/drip` (a byte of the body every 0.2 s), `/drip-head` (the same with headers).
"""

import argparse
import asyncio
import base64
import json
import ssl
import time
from collections import Counter
from urllib.parse import unquote

from benchmarks.sinks.log import Log


class Sink:
    """Counts the requests to each path and answers them."""

    def __init__(self, log: Log) -> None:
        self.log = log
        self.asked: Counter[str] = Counter()

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection."""
        try:
            while await self.serve_one(reader, writer):
                pass
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError):
            pass
        finally:
            writer.close()

    async def serve_one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Read, write down and answer one request; tell whether the connection goes on."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        method, path, _ = head[0].split(" ", 2)
        pairs = [(name.lower(), value.strip()) for name, _, value in (line.partition(":") for line in head[1:] if line)]
        headers = dict(pairs)
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        entry = {"method": method, "path": path, "headers": headers, "at": time.time()}
        self.log.add({**entry, "body": body.decode("utf-8", "replace"), "body64": base64.b64encode(body).decode()})
        script = path.lstrip("/").split("/", 1)[0].split("?", 1)[0]
        steps = [unquote(script)] if script.startswith("to:") else script.split(",")
        step = steps[min(self.asked[path], len(steps) - 1)]
        self.asked[path] += 1
        goes_on = await self.answer(step, writer)
        await writer.drain()
        return goes_on and headers.get("connection", "").lower() != "close"

    async def answer(self, step: str, writer: asyncio.StreamWriter) -> bool:
        """Do what one step of a script says."""
        name, _, value = step.partition(":")
        if name == "never":
            await asyncio.sleep(3600)
        elif name == "drop":
            writer.transport.abort()
        elif name == "nonsense":
            writer.write(b"\x00\x01 what is this\r\n\r\n")
        elif name == "big":
            writer.write(response(200, b"x" * 2**20))
            return True
        elif name in ("drip", "drip-head"):
            whole = response(200, b"y" * 100)
            start = len(whole) - 100 if name == "drip" else 20
            writer.write(whole[:start])
            for i in range(start, len(whole)):
                await writer.drain()
                await asyncio.sleep(0.2)
                writer.write(whole[i : i + 1])
        elif name == "to":
            writer.write(response(302, b"", f"Location: {value.replace(',', '/')}\r\n"))
            return True
        else:
            if name == "late":
                await asyncio.sleep(float(value))
            status = int(name) if name.isdecimal() else 200
            extra = f"Retry-After: {value}\r\n" if name.isdecimal() and value else ""
            writer.write(response(status, b"" if status == 204 else b'{"ok": true}', extra))
            return True
        return False


def response(status: int, body: bytes, extra: str = "") -> bytes:
    """Return a whole answer."""
    head = f"HTTP/1.1 {status} Answer\r\nContent-Type: application/json\r\n{extra}Content-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


async def serve(options: argparse.Namespace) -> None:
    """Listen until the process ends."""
    context = None
    if options.cert:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(options.cert)
    server = await asyncio.start_server(Sink(Log(options.log)), "127.0.0.1", options.port, ssl=context, backlog=512)
    print(json.dumps({"host": "127.0.0.1", "port": server.sockets[0].getsockname()[1]}), flush=True)
    await server.serve_forever()


def main() -> None:
    """Read the options and serve."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--log", required=True)
    parser.add_argument("--cert", default="", help="a PEM file with key and certificate: serve TLS")
    asyncio.run(serve(parser.parse_args()))


if __name__ == "__main__":
    main()
