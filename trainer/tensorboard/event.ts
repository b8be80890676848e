// TensorBoard's messages as bytes: field numbers of tensorflow/core/util/event.proto and framework/summary.proto.

import { readHeader } from "../../models/image_header.ts";
import {
  bytesField,
  doubleField,
  type Encoded,
  floatField,
  integerField,
  message,
} from "../protobuf.ts";

/** Which field of an Event says what it is about. */
const Event = { wallTime: 1, step: 2, fileVersion: 3, summary: 5, sessionLog: 7 } as const;
const SessionLog = { status: 1, statusStart: 1 } as const;
const Summary = { value: 1 } as const;
const Value = { tag: 1, simpleValue: 2, image: 4 } as const;
const Image = { height: 1, width: 2, colorspace: 3, encoded: 4, rgb: 3 } as const;

/** When, and after how many steps. */
export interface Moment {
  /** Milliseconds since 1970. */
  readonly timeMs: number;
  readonly step: number;
}

/** What every event file begins with. */
export function versionEvent(timeMs: number): Encoded {
  return message(
    doubleField(Event.wallTime, timeMs / 1000),
    bytesField(Event.fileVersion, "brain.Event:2"),
  );
}

/** Says that a run goes on at a step: readers forget what earlier files have at this step and after it. */
export function startEvent(moment: Moment): Encoded {
  const log = integerField(SessionLog.status, SessionLog.statusStart);
  return event(moment, bytesField(Event.sessionLog, log));
}

/** One number, kept in float32. */
export function scalarEvent(moment: Moment, tag: string, value: number): Encoded {
  return summaryEvent(moment, tag, floatField(Value.simpleValue, value));
}

/** One RGB picture. @throws TypeError when it is no PNG, ImageError when it is no picture. */
export function imageEvent(moment: Moment, tag: string, png: Uint8Array): Encoded {
  const { format, width, height } = readHeader(png);
  if (format !== "png") {
    throw new TypeError(`Cannot log picture "${tag}": it is ${format}, must be png`);
  }
  const image = message(
    integerField(Image.height, height),
    integerField(Image.width, width),
    integerField(Image.colorspace, Image.rgb),
    bytesField(Image.encoded, png),
  );
  return summaryEvent(moment, tag, bytesField(Value.image, image));
}

function summaryEvent(moment: Moment, tag: string, content: Encoded): Encoded {
  const value = message(bytesField(Value.tag, tag), content);
  return event(moment, bytesField(Event.summary, bytesField(Summary.value, value)));
}

function event({ timeMs, step }: Moment, content: Encoded): Encoded {
  return message(
    doubleField(Event.wallTime, timeMs / 1000),
    integerField(Event.step, step),
    content,
  );
}
