// Turns images of a data set into frames of every kind, in the network's size.

import { loadSample, type Sample } from "../../models/dataset.ts";
import { encodeJpeg, encodePng } from "../../models/encode.ts";
import type { Image } from "../../models/image.ts";
import { resizeImage } from "../../models/resize.ts";
import type { FrameSet } from "./latency.ts";

const JPEG_QUALITY = 90;

/** How many times larger a camera's frame is than the network's input, on each side. */
const LARGE = 4;

/** The samples as raw rgb8, PNG and JPEG (quality 90) frames of width × height pixels, and as JPEG four times as large. */
export async function makeFrameSets(
  root: string,
  samples: readonly Sample[],
  width: number,
  height: number,
): Promise<FrameSet[]> {
  const images = await Promise.all(
    samples.map(async (sample) =>
      resizeImage((await loadSample(root, sample)).image, width, height)
    ),
  );
  const size = `${width}×${height}`;
  const encoded = async (encode: (image: Image) => Promise<Uint8Array>) =>
    await Promise.all(
      images.map(async (image) => ({ format: "encoded" as const, bytes: await encode(image) })),
    );
  const toJpeg = (image: Image) => encodeJpeg(image, JPEG_QUALITY);
  return [
    {
      name: `rgb8 ${size}`,
      frames: images.map(({ data }) => ({ format: "rgb8", width, height, bytes: data })),
    },
    { name: `png ${size}`, frames: await encoded(encodePng) },
    { name: `jpeg ${size}`, frames: await encoded(toJpeg) },
    {
      name: `jpeg ${LARGE * width}×${LARGE * height}`,
      frames: await encoded((image) => toJpeg(resizeImage(image, LARGE * width, LARGE * height))),
    },
  ];
}
