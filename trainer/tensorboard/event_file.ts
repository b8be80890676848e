// The file that TensorBoard reads, beside the run's own log. Written from the format's description: needs no TensorFlow.

import { join } from "@std/path";
import { imageEvent, scalarEvent, startEvent, versionEvent } from "./event.ts";
import { toRecord } from "./record.ts";

/** Numbers and pictures by tag (`train/loss`: what is before the slash becomes a group) and step. */
export interface EventFile extends Disposable {
  readonly path: string;
  /** Kept in float32. @throws RangeError when the step is not a whole number. */
  scalar(tag: string, step: number, value: number): void;
  /** An RGB picture. @throws TypeError when it is no PNG, ImageError when it is no picture. */
  image(tag: string, step: number, png: Uint8Array): void;
}

/**
 * Begins a file `events.out.tfevents.…` in a folder, to go on after `step`. A run that is resumed gets one more file;
 * what the earlier ones have of later steps, which an interrupted run left, is dropped by readers.
 *
 * @param now Milliseconds since 1970.
 */
export async function openEventFile(
  dir: string,
  step: number,
  now: () => number = Date.now,
): Promise<EventFile> {
  const { path, handle } = await createFile(dir, now());
  const write = (event: Uint8Array) => {
    const record = toRecord(event);
    for (let at = 0; at < record.length;) at += handle.writeSync(record.subarray(at));
  };
  write(versionEvent(now()));
  write(startEvent({ timeMs: now(), step: step + 1 }));
  return {
    path,
    scalar: (tag, step, value) => write(scalarEvent({ timeMs: now(), step }, tag, value)),
    image: (tag, step, png) => write(imageEvent({ timeMs: now(), step }, tag, png)),
    [Symbol.dispose]: () => handle.close(),
  };
}

/** TensorBoard reads a folder's files in the order of their names, so a later one must sort behind: ten digits, then a count. */
async function createFile(dir: string, timeMs: number) {
  const seconds = String(Math.floor(timeMs / 1000)).padStart(10, "0");
  for (let count = 0;; count++) {
    const path = join(dir, `events.out.tfevents.${seconds}.lineside.${count}`);
    try {
      return { path, handle: await Deno.open(path, { write: true, createNew: true }) };
    } catch (error) {
      if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    }
  }
}
