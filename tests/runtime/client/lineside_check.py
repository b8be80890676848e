"""Uses runtime/client/lineside.py against a server and prints what it saw as one JSON object.

    PYTHONPATH=runtime/client python3 tests/runtime/client/lineside_check.py URL MODEL FILE
"""

import json
import sys
import threading

import lineside


def main(server, model, path):
    client = lineside.Client(server, timeout=20)
    with open(path, "rb") as file:
        encoded = file.read()
    seen = {"models": [entry["name"] for entry in client.models()]}

    reply = client.segment(model, encoded)
    seen["segment"] = [reply["verdict"], len(reply["regions"]), reply["mask"]["size"]]
    raw = client.segment(model, bytes(8 * 4), pixel_format="gray8", width=8, height=4)
    seen["raw"] = raw["verdict"]
    seen["picture"] = client.picture(model, encoded, "mask")[:4].hex()
    try:
        client.segment(model, b"\xff\xd8broken")
    except lineside.ProblemError as problem:
        seen["problem"] = [problem.status, problem.code]

    events = []

    def follow():
        for event in client.events(stream="python", after="none-0"):
            events.append("missed" if "missed" in event else event["sequence"])
            if len(events) == 3:
                return

    follower = threading.Thread(target=follow, daemon=True)
    with client.stream(model, stream="python", want=["mask", "map"]) as stream:
        seen["welcome"] = [stream.welcome["stream"], stream.welcome["model"]["name"]]
        done = stream.send(encoded, captured_ms=12.5)
        rows = done.mask_rows()
        seen["done"] = [done.outcome, done.captured_ms, done.size, len(done.map)]
        seen["pixels"] = sum(map(sum, rows))
        follower.start()
        refused = stream.send(bytes(3), pixel_format="gray8", width=2, height=1)
        seen["refused"] = [refused.outcome, refused.body["error"]["code"]]
        stream.send(encoded)
        follower.join(timeout=20)
        seen["counters"] = stream.close()["done"]
    seen["events"] = events
    try:
        client.stream("none")
    except lineside.StreamClosed as closed:
        seen["closed"] = closed.code
    print(json.dumps(seen))


main(*sys.argv[1:])
