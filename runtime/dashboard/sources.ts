// Where shots come from: a stream of the server that is watched, this browser's camera, or one picture.
// Knows nothing of how they are shown.

import { StreamClient, WatchClient } from "../client/client.ts";
import type { Frame } from "../frame.ts";
import { token } from "./token.ts";
import { type Drawable, type Shot, shotOf } from "./shot.ts";
import { withoutExif } from "./without_exif.ts";

const SERVER = location.origin;
/** Longest side of a camera frame in pixels: more than the networks take in, little to send. */
const CAMERA_SIDE = 640;
const JPEG_QUALITY = 0.9;

/** The newest frames of a stream. Ends on abort; throws when the server is gone. */
export async function* watchStream(stream: string, signal: AbortSignal): AsyncGenerator<Shot> {
  const watch = await WatchClient.open(SERVER, stream, signal, token());
  for await (const view of watch) yield await shotOf(view);
}

/** Frames of the camera, one after the other: each waits for the reply of the one before. */
export async function* streamCamera(
  model: string,
  video: HTMLVideoElement,
  signal: AbortSignal,
): AsyncGenerator<Shot> {
  const media = await navigator.mediaDevices.getUserMedia({
    video: { width: { ideal: 1280 }, facingMode: "environment" },
  });
  try {
    video.srcObject = media;
    await video.play();
    await using stream = await openStream(model, signal);
    while (!signal.aborted) {
      yield await segmentPicture(stream, grab(video));
      await new Promise(requestAnimationFrame);
    }
  } finally {
    for (const track of media.getTracks()) track.stop();
    video.srcObject = null;
  }
}

/** One picture from a file. JPEG and PNG are sent as they are, other types as the browser decodes them. */
export async function* streamFile(
  model: string,
  file: File,
  signal: AbortSignal,
): AsyncGenerator<Shot> {
  const unreadable = () => {
    throw new TypeError(`"${file.name}" is not a picture that this browser can read`);
  };
  const sentAsItIs = /^image\/(jpeg|png)$/.test(file.type);
  const bytes = new Uint8Array(await file.arrayBuffer().catch(unreadable));
  const shown = sentAsItIs ? new Blob(withoutExif(bytes)) : file;
  const picture = await createImageBitmap(shown).catch(unreadable);
  await using stream = await openStream(model, signal);
  if (sentAsItIs) yield await send(stream, picture, bytes);
  else yield await segmentPicture(stream, draw(picture, picture.width, picture.height));
}

function openStream(model: string, signal: AbortSignal): Promise<StreamClient> {
  const known = token();
  return StreamClient.open(SERVER, {
    ...{ model, want: ["mask", "map"], keepReplies: false, signal },
    ...(known === undefined ? {} : { token: known }),
  });
}

function grab(video: HTMLVideoElement): HTMLCanvasElement {
  const scale = Math.min(1, CAMERA_SIDE / Math.max(video.videoWidth, video.videoHeight));
  return draw(video, Math.round(video.videoWidth * scale), Math.round(video.videoHeight * scale));
}

function draw(from: CanvasImageSource, width: number, height: number): HTMLCanvasElement {
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  canvas.getContext("2d")!.drawImage(from, 0, 0, width, height);
  return canvas;
}

async function segmentPicture(stream: StreamClient, canvas: HTMLCanvasElement): Promise<Shot> {
  const blob = await new Promise<Blob | null>((resolve) => {
    canvas.toBlob(resolve, "image/jpeg", JPEG_QUALITY);
  });
  if (!blob) throw new TypeError("This browser cannot encode a picture of that size");
  return await send(stream, canvas, new Uint8Array(await blob.arrayBuffer()));
}

async function send(stream: StreamClient, picture: Drawable, bytes: Frame["bytes"]): Promise<Shot> {
  const reply = await stream.send({ format: "encoded", bytes });
  return { reply, answeredMs: performance.now(), picture };
}
