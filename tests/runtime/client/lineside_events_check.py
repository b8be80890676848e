"""Follows events with runtime/client/lineside.py and prints the verdicts' numbers, the waits between attempts and the
error, if one ended it, as one JSON object.

    PYTHONPATH=runtime/client python3 tests/runtime/client/lineside_events_check.py URL COUNT [NAME=VALUE]...

NAME is an argument of Client or of events, or a constant of the module.
"""

import json
import sys
import time

import lineside


def main(server, count, *pairs):
    settings = {name: float(value) for name, value in (pair.split("=") for pair in pairs)}
    attempts = int(settings.pop("attempts", 20))
    client = lineside.Client(server, timeout=settings.pop("timeout", 5.0))
    for name, value in settings.items():
        getattr(lineside, name)  # one that is there
        setattr(lineside, name, value)
    sequences, waits, failure = [], [], None
    time.sleep = waits.append
    try:
        for event in client.events(attempts=attempts):
            sequences.append(event["sequence"])
            if len(sequences) == int(count):
                break
    except Exception as error:
        failure = type(error).__name__
    print(json.dumps({"sequences": sequences, "waits": waits, "failure": failure}))


main(*sys.argv[1:])
