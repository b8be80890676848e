# Makes events.json with TensorBoard's own messages and record writer, the reference for event_file.ts:
#   pip install tensorboard && python3 make_events.py > events.json && deno fmt events.json
import base64
import io
import json
import struct
import zlib

import tensorboard
from tensorboard.compat.proto import event_pb2, summary_pb2
from tensorboard.summary.writer.record_writer import RecordWriter

SECONDS = 1700000000.25
VERSION = "brain.Event:2"


def png_of(width, height):
    def chunk(kind, data):
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    rows = b"".join(b"\0" + bytes(range(3 * width)) for _ in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def event(step, **content):
    return event_pb2.Event(wall_time=SECONDS, step=step, **content)


def summary(**value):
    return summary_pb2.Summary(value=[summary_pb2.Summary.Value(**value)])


png = png_of(5, 3)
picture = summary_pb2.Summary.Image(height=3, width=5, colorspace=3, encoded_image_string=png)
start = event_pb2.SessionLog(status=event_pb2.SessionLog.START)
events = [
    event_pb2.Event(wall_time=SECONDS, file_version=VERSION),
    event(301, session_log=start),
    event(301, summary=summary(tag="train/loss", simple_value=0.1)),
    event(2**40, summary=summary(tag="validation/größe", simple_value=-2.5)),
    event(2**40, summary=summary(tag="validation/overlay", image=picture)),
]
out = io.BytesIO()
writer = RecordWriter(out)
for one in events:
    writer.write(one.SerializeToString())
print(json.dumps({
    "tensorboard": tensorboard.__version__,
    "timeMs": SECONDS * 1000,
    "png": base64.b64encode(png).decode(),
    "file": base64.b64encode(out.getvalue()).decode(),
}))
