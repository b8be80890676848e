"""Client of a Lineside server: one file, to be copied where it is needed. Python 3.9 or newer.

HTTP needs nothing but the standard library; streams need the package `websockets` (13 or newer).

    import lineside

    client = lineside.Client("http://127.0.0.1:8780")
    reply = client.segment("unet-tiny", open("part.jpg", "rb").read())
    print(reply["verdict"], reply["score"], len(reply["regions"]))

    with client.stream("unet-tiny", stream="line-1") as stream:
        for path in paths:
            reply = stream.send(open(path, "rb").read())
            print(path, reply.outcome, reply.body.get("verdict"))

    for event in client.events(stream="line-1"):
        print(event["sequence"], event["verdict"])

On the command line:

    python3 lineside.py [--server URL] models
    python3 lineside.py [--server URL] segment MODEL FILE... [--picture overlay] [--out FILE]
    python3 lineside.py [--server URL] stream MODEL FILE... [--name NAME]
    python3 lineside.py [--server URL] events [--name NAME] [--count N]
"""

import argparse
import dataclasses
import email.utils
import http.client
import json
import struct
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

SUBPROTOCOL = "lineside.v1"
#: version, kind, format or outcome, flags, three unsigned integers, capture time: 24 bytes, little endian.
HEADER = struct.Struct("<4B3Id")
FORMATS = {"encoded": 0, "rgb8": 1, "rgba8": 2, "gray8": 3}
OUTCOMES = ("done", "dropped", "expired", "refused", "failed")
FRAME, REPLY, VERSION = 1, 2, 1
#: Longest silence of events, in seconds: the server says something every 15.
EVENT_SILENCE = 40.0
#: A connection that stayed open for so many seconds has worked, even when no event came.
STEADY = 5.0
#: Longest wait that a server may ask for, in seconds.
MAX_RETRY_AFTER = 600.0


class ProblemError(Exception):
    """The server refused a request (RFC 9457). `status` is HTTP's, `code` is for programs.

    `retry_after` is what the server wants waited before the next attempt, in seconds, 0 when it says nothing.
    """

    def __init__(self, status, code, detail, retry_after=0.0):
        super().__init__(detail)
        self.status = status
        self.code = code
        self.retry_after = retry_after


class StreamClosed(Exception):
    """The server ended the stream, or the connection broke; `code` is the WebSocket's close code."""

    def __init__(self, code, reason):
        super().__init__(f"the stream is closed: {reason or 'the connection broke'} ({code})")
        self.code = code


@dataclasses.dataclass
class Reply:
    """What became of one frame. `outcome` is one of OUTCOMES.

    `body` is the JSON of the reply: of a done frame `verdict`, `score`, `regions`, `times` and more, else
    `error` with `code` and `message`. `size` is the width and height of `mask` and `map`.
    """

    sequence: int
    captured_ms: float
    outcome: str
    body: dict
    #: One bit a pixel, most significant first, each row padded to whole bytes; empty when not wanted.
    mask: bytes
    #: One byte a pixel, round(255 * score); empty when not wanted.
    map: bytes

    @property
    def size(self):
        """Width and height of mask and map, or None without pixels."""
        size = self.body.get("size")
        return (size["width"], size["height"]) if size else None

    def mask_rows(self):
        """The mask as a list of rows of booleans."""
        width, height = self.size
        stride = (width + 7) // 8
        return [
            [bool(self.mask[y * stride + x // 8] >> (7 - x % 8) & 1) for x in range(width)]
            for y in range(height)
        ]


def encode_frame(sequence, frame, pixel_format="encoded", width=0, height=0, captured_ms=0.0):
    """The bytes of a frame message: `frame` is a JPEG or PNG file, or raw rows without padding."""
    number = FORMATS[pixel_format]
    return HEADER.pack(VERSION, FRAME, number, 0, sequence, width, height, captured_ms) + frame


def decode_reply(message):
    """A Reply from the bytes of a reply message. Raises ValueError for anything else."""
    if len(message) < HEADER.size:
        raise ValueError(f"a reply has {len(message)} bytes, the header alone is {HEADER.size}")
    fields = HEADER.unpack_from(message)
    version, kind, outcome, _, sequence, json_bytes, mask_bytes, captured_ms = fields
    json_end = HEADER.size + json_bytes
    mask_end = json_end + mask_bytes
    if (version, kind) != (VERSION, REPLY) or outcome >= len(OUTCOMES) or mask_end > len(message):
        raise ValueError(f"not a reply of {SUBPROTOCOL}")
    body = json.loads(message[HEADER.size : json_end])
    mask, score_map = bytes(message[json_end:mask_end]), bytes(message[mask_end:])
    return Reply(sequence, captured_ms, OUTCOMES[outcome], body, mask, score_map)


class Client:
    """A server by its URL. `timeout` is the longest wait for an answer, in seconds; `token` is a bearer token."""

    def __init__(self, server="http://127.0.0.1:8780", timeout=30.0, token=None):
        self.server = server.rstrip("/")
        self.timeout = timeout
        self.headers = {"Authorization": f"Bearer {token}"} if token else {}

    def models(self):
        """The models that are served: name, version, state, provider, metrics."""
        return self._json("/v1/models")["models"]

    def segment(self, model, frame, version=None, pixel_format="encoded", width=0, height=0):
        """One frame segmented, as the JSON of the server. Raises ProblemError."""
        path = self._segment_path(model, version)
        headers = {"Accept": "application/json", **_frame_headers(frame, pixel_format, width, height)}
        with self._open(path, frame, headers) as answer:
            return json.load(answer)

    def picture(self, model, frame, view="overlay", version=None, **size):
        """A PNG in the frame's size: `view` is "overlay", "mask" or "heatmap"."""
        path = self._segment_path(model, version, view=view)
        headers = {"Accept": "image/png", **_frame_headers(frame, **size)}
        with self._open(path, frame, headers) as answer:
            return answer.read()

    def stream(self, model, **hello):
        """A stream of frames; `hello` may have `version`, `stream` and `want` (["mask", "map"]).

        Raises ProblemError when the server refuses the connection, as with a token that is not good.
        """
        return Stream(self, {"model": model, **hello})

    def events(self, stream=None, after=None, attempts=20):
        """Verdicts as they come, of one stream or of all, as dictionaries.

        Comes back behind the last event when the connection breaks, up to `attempts` times in a row. What was
        missed is told as {"missed": {"reason": ..., "count": ...}}. `after` is the id of an event.
        Raises ProblemError when the server refuses, or the last error when every attempt has failed.
        """
        path = f"/v1/streams/{_quote(stream)}/events" if stream else "/v1/events"
        timeout = max(self.timeout, EVENT_SILENCE)
        failed = 0

        def on_id(last_id):
            nonlocal after
            after = last_id or after

        while True:
            headers = {"Last-Event-ID": after} if after else {}
            opened = float("inf")
            try:
                with self._open(path, None, headers, timeout) as answer:
                    opened = time.monotonic()
                    for event in _parse_events(answer, on_id):
                        failed = 0
                        if event["event"] == "verdict":
                            yield json.loads(event["data"])
                        elif event["event"] == "missed":
                            yield {"missed": json.loads(event["data"])}
                error = ConnectionError("the server keeps ending the events")
            except (ProblemError, OSError, http.client.HTTPException) as broken:
                error = broken
            if time.monotonic() - opened >= STEADY:
                failed = 0
            failed += 1
            if failed >= attempts or not _is_retried(error):
                raise error
            wait = min(10.0, 0.25 * 2 ** min(failed - 1, 10))
            time.sleep(max(wait, getattr(error, "retry_after", 0.0)))

    def _segment_path(self, model, version, **query):
        if version is not None:
            query["version"] = version
        tail = f"?{urllib.parse.urlencode(query)}" if query else ""
        return f"/v1/models/{_quote(model)}/segment{tail}"

    def _json(self, path):
        with self._open(path, None, {}) as answer:
            return json.load(answer)

    def _open(self, path, body, headers, timeout=None):
        request = urllib.request.Request(
            self.server + path, data=body, headers={**self.headers, **headers}
        )
        try:
            return urllib.request.urlopen(request, timeout=timeout or self.timeout)
        except urllib.error.HTTPError as error:
            with error:
                retry_after = _retry_after(error.headers.get("Retry-After"))
                raise _problem(error.code, error.read(), retry_after) from None


class Stream:
    """One stream over WebSocket, by the package `websockets`. Use it in a `with` statement."""

    def __init__(self, client, hello):
        try:
            from websockets.exceptions import ConnectionClosed, InvalidStatus
            from websockets.sync.client import connect
        except ImportError as missing:
            raise ImportError("streams need a package: pip install websockets") from missing
        self._closed_error = ConnectionClosed
        self._timeout = client.timeout
        self._sequence = 0
        url = "ws" + client.server[len("http") :] + "/v1/stream"
        try:
            self._socket = connect(
                url,
                subprotocols=[SUBPROTOCOL],
                additional_headers=client.headers,
                compression=None,
                max_size=None,
                open_timeout=client.timeout,
            )
        except InvalidStatus as refused:
            answer = refused.response
            raise _problem(answer.status_code, answer.body or b"") from None
        #: What the server answered to the hello: model, stream, limits.
        self.welcome = None
        self._put(json.dumps({"type": "hello", "protocol": SUBPROTOCOL, **hello}))
        self.welcome = json.loads(self._take())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def send(self, frame, captured_ms=None, **size):
        """Sends a frame and waits for its Reply. Raises StreamClosed."""
        sequence = self.put(frame, captured_ms, **size)
        while True:
            reply = self.take()
            if reply.sequence == sequence:
                return reply

    def put(self, frame, captured_ms=None, **size):
        """Sends a frame without waiting, and returns its sequence number. `take` gives the replies."""
        sequence = self._sequence
        self._sequence = (sequence + 1) % 2**32
        captured_ms = time.monotonic() * 1000 if captured_ms is None else captured_ms
        self._put(encode_frame(sequence, frame, captured_ms=captured_ms, **size))
        return sequence

    def take(self):
        """The next Reply. Raises StreamClosed, or TimeoutError after the client's timeout."""
        while True:
            message = self._take()
            if isinstance(message, bytes):
                return decode_reply(message)

    def close(self):
        """Ends the stream in good order; the server's final counters, or None when it has ended before."""
        counters = None
        try:
            self._put(json.dumps({"type": "bye"}))
            while counters is None:
                message = self._take()
                if isinstance(message, str):
                    counters = json.loads(message).get("counters")
        except (StreamClosed, TimeoutError):
            pass
        self._socket.close()
        return counters

    def _put(self, message):
        try:
            self._socket.send(message)
        except self._closed_error as closed:
            raise self._closed(closed) from None

    def _take(self):
        try:
            return self._socket.recv(timeout=self._timeout)
        except self._closed_error as closed:
            raise self._closed(closed) from None

    @staticmethod
    def _closed(closed):
        code, reason = (closed.rcvd.code, closed.rcvd.reason) if closed.rcvd else (1006, "")
        return StreamClosed(code, reason)


def _frame_headers(frame, pixel_format="encoded", width=0, height=0):
    if pixel_format == "encoded":
        return {"Content-Type": "image/png" if frame[:1] == b"\x89" else "image/jpeg"}
    return {
        "Content-Type": "application/octet-stream",
        "X-Frame-Format": pixel_format,
        "X-Frame-Width": str(width),
        "X-Frame-Height": str(height),
    }


def _problem(status, body, retry_after=0.0):
    try:
        problem = json.loads(body)
        return ProblemError(status, problem["code"], problem["detail"], retry_after)
    except (ValueError, KeyError, TypeError):
        return ProblemError(status, "unknown", f"the server answered {status}", retry_after)


def _retry_after(value):
    """Seconds that a Retry-After asks for, by a number or a date (RFC 9110, section 10.2.3)."""
    try:
        if value.isdigit():
            seconds = float(value)
        else:
            seconds = email.utils.parsedate_to_datetime(value).timestamp() - time.time()
    except (AttributeError, TypeError, ValueError):
        return 0.0
    return min(max(seconds, 0.0), MAX_RETRY_AFTER)


def _is_retried(error):
    """Whether another attempt may do better: the server failed, waited too long or is asked too often."""
    return not isinstance(error, ProblemError) or error.status >= 500 or error.status in (408, 429)


def _parse_events(lines, on_id):
    """Server-sent events of a body that gives lines (HTML Standard, 9.2.6).

    `on_id` is told the last id where an event ends, also of one without data, which is no event but whose
    id counts.
    """
    event, data, last_id = "", [], ""
    for raw in lines:
        line = raw.decode().rstrip("\r\n")
        field, _, content = line.partition(":")
        content = content[1:] if content.startswith(" ") else content
        if line == "":
            on_id(last_id)
            if data:
                yield {"event": event or "message", "data": "\n".join(data)}
            event, data = "", []
        elif field == "event":
            event = content
        elif field == "data":
            data.append(content)
        elif field == "id":
            last_id = content


def _quote(name):
    return urllib.parse.quote(name, safe="")


def _read(path):
    with open(path, "rb") as file:
        return file.read()


def main(arguments=None):
    """The command line; returns its exit code."""
    parser = argparse.ArgumentParser(description="Client of a Lineside server.")
    parser.add_argument("--server", default="http://127.0.0.1:8780", help="URL of the server")
    parser.add_argument("--token", help="bearer token")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("models", help="what is served")
    segment = commands.add_parser("segment", help="segment JPEG or PNG files, one JSON line each")
    segment.add_argument("model")
    segment.add_argument("files", nargs="+")
    segment.add_argument("--picture", choices=("overlay", "mask", "heatmap"), help="a PNG instead")
    segment.add_argument("--out", help="file of the picture")
    stream = commands.add_parser("stream", help="send files over one WebSocket")
    stream.add_argument("model")
    stream.add_argument("files", nargs="+")
    stream.add_argument("--name", help="name of the stream")
    events = commands.add_parser("events", help="follow verdicts, one JSON line each")
    events.add_argument("--name", help="name of the stream; all when there is none")
    events.add_argument("--count", type=int, help="end after as many")
    flags = parser.parse_args(arguments)
    client = Client(flags.server, token=flags.token)
    try:
        return _run(client, flags) or 0
    except (ProblemError, StreamClosed, OSError, http.client.HTTPException, ImportError) as error:
        print(f"lineside: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _run(client, flags):
    if flags.command == "models":
        for model in client.models():
            print(model["name"], model["version"], model["state"], model.get("provider", "-"))
    elif flags.command == "segment" and flags.picture:
        if len(flags.files) != 1 or not flags.out:
            print("lineside: --picture takes one file and --out", file=sys.stderr)
            return 2
        with open(flags.out, "wb") as file:
            file.write(client.picture(flags.model, _read(flags.files[0]), flags.picture))
    elif flags.command == "segment":
        for path in flags.files:
            print(json.dumps({"file": path, **client.segment(flags.model, _read(path))}))
    elif flags.command == "stream":
        hello = {"stream": flags.name} if flags.name else {}
        with client.stream(flags.model, **hello) as stream:
            for path in flags.files:
                reply = stream.send(_read(path))
                print(json.dumps({"file": path, "outcome": reply.outcome, **reply.body}))
    elif flags.command == "events":
        for number, event in enumerate(client.events(flags.name), start=1):
            print(json.dumps(event), flush=True)
            if number == flags.count:
                break
    return 0


if __name__ == "__main__":
    sys.exit(main())
