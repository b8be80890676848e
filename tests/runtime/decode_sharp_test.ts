// The fast decoder against the portable one: pixels, codes of errors, and what a network makes of the difference.

import { assert, assertEquals, assertLessOrEqual, assertRejects } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { decodeImage, ImageError } from "../../models/decode.ts";
import { encodeJpeg, encodePng } from "../../models/encode.ts";
import type { Image } from "../../models/image.ts";
import { openPackage } from "../../models/package.ts";
import { createRandom } from "../../models/random.ts";
import { resizeImage } from "../../models/resize.ts";
import { createSharpDecoder } from "../../runtime/decode_sharp.ts";
import { type Decoder, DecoderError, imagescriptDecoder } from "../../runtime/decoder.ts";
import { createSession } from "../../runtime/engine/onnxruntime.ts";
import { createPipeline } from "../../runtime/pipeline.ts";
import { generateSample, products } from "../../fixtures/generate.ts";
import { answerOne } from "../helpers/answer_one.ts";
import { concat, makePng, makePngHeader, type PngParts } from "../helpers/png.ts";
import { sharedDataDir, testIf } from "../helpers/require.ts";
import {
  JPEG_GREY_LEVELS,
  SHRUNK_GREY_LEVELS,
  SHRUNK_MAP_LEVELS,
  SHRUNK_MEAN_GREY_LEVELS,
  SHRUNK_MEAN_MAP_LEVELS,
} from "../tolerances.ts";
import golden from "../models/golden/jpeg.json" with { type: "json" };

const limits = { maxPixels: 24e6 };
const sharpMissing = "Cannot load sharp";
/** A side of the frames that are shrunk: neither a multiple of the network's nor twice it. */
const SIDE = 1000;

function differenceOf(a: Uint8Array, b: Uint8Array): { worst: number; mean: number } {
  assertEquals(a.length, b.length);
  let [worst, sum] = [0, 0];
  a.forEach((value, i) => {
    const difference = Math.abs(value - b[i]!);
    worst = Math.max(worst, difference);
    sum += difference;
  });
  return { worst, mean: sum / a.length };
}

/** A good part and one with a defect of every product. */
function* fixturePictures(): Generator<[name: string, image: Image]> {
  for (const [product, { defects }] of Object.entries(products)) {
    for (const defect of ["good", defects[0]!]) {
      const size = { width: SIDE, height: SIDE };
      const { image } = generateSample({ product, defect, seed: 7, index: 1, ...size });
      yield [`${product} ${defect}`, image];
    }
  }
}

async function* sharedPictures(): AsyncGenerator<[name: string, image: Image]> {
  const root = join(sharedDataDir, "mvtec_ad_frames");
  for (const dir of ["bottle/test/good", "bottle/test/broken_small", "screw/test/scratch_head"]) {
    for await (const { name } of Deno.readDir(join(root, dir))) {
      yield [`${dir}/${name}`, await decodeImage(await Deno.readFile(join(root, dir, name)))];
    }
  }
}

Deno.test("createSharpDecoder() says why sharp is missing", async () => {
  const load = () => Promise.reject(new Error("no such binary\nand more"));
  const error = await assertRejects(() => createSharpDecoder(load), DecoderError, sharpMissing);
  assert(error.message.includes("no such binary. It is native") && error.code === "missing");
});

await testIf(
  "sharp",
  "the fast decoder reads every PNG colour type and depth as the portable one",
  async () => {
    const decoder = await createSharpDecoder();
    const palette = Uint8Array.of(1, 2, 3, 40, 50, 60, 7, 8, 9);
    const cases: [Pick<PngParts, "depth" | "colorType">, number[]][] = [
      [{ depth: 8, colorType: 0 }, [10, 200]],
      [{ depth: 1, colorType: 0 }, [0b01000000]],
      [{ depth: 2, colorType: 0 }, [0b01100000]],
      [{ depth: 4, colorType: 0 }, [0x1a]],
      [{ depth: 16, colorType: 0 }, [10, 255, 200, 0]],
      [{ depth: 8, colorType: 2 }, [1, 2, 3, 4, 5, 6]],
      [{ depth: 16, colorType: 2 }, [1, 255, 2, 9, 3, 9, 4, 9, 5, 9, 6, 255]],
      [{ depth: 8, colorType: 3 }, [2, 1]],
      [{ depth: 4, colorType: 3 }, [0x10]],
      [{ depth: 8, colorType: 4 }, [10, 0, 200, 128]],
      [{ depth: 8, colorType: 6 }, [1, 2, 3, 0, 4, 5, 6, 128]],
    ];
    for (const [kind, pixels] of cases) {
      const parts = { width: 2, height: 1, ...kind, scanLines: Uint8Array.from([0, ...pixels]) };
      const png = await makePng(kind.colorType === 3 ? { ...parts, palette } : parts);
      const { image } = await decoder.decode(png, limits);
      assertEquals(image, await decodeImage(png), JSON.stringify(kind));
    }
  },
);

await testIf(
  "sharp",
  "the fast decoder reads JPEG as libjpeg does, EXIF rotation and profiles unapplied",
  async () => {
    const decoder = await createSharpDecoder();
    for (const { name, bytes, pixels } of golden.cases) {
      const plain = Uint8Array.fromBase64(bytes);
      for (const jpeg of [plain, withExifRotation(plain)]) {
        const { image } = await decoder.decode(jpeg, limits);
        assertEquals(differenceOf(image.data, Uint8Array.fromHex(pixels)).worst, 0, name);
        const { worst } = differenceOf(image.data, (await decodeImage(jpeg)).data);
        assertLessOrEqual(worst, JPEG_GREY_LEVELS, name);
      }
    }
  },
);

await testIf(
  "sharp",
  "both decoders refuse alike, by the header where that is enough",
  async () => {
    const decoder = await createSharpDecoder();
    const png = await encodePng({ width: 90, height: 70, data: new Uint8Array(18900).fill(77) });
    const jpeg = new Uint8Array(await encodeJpeg(noiseImage(64, 48), 90));
    const codeOf = async (decoder: Decoder, bytes: Uint8Array, maxPixels = 24e6) =>
      (await assertRejects(() => decoder.decode(bytes, { maxPixels }), ImageError)).code;
    const parts = { width: 4, height: 4, depth: 8, colorType: 0 } as const;
    const cases: [string, Uint8Array, string, number?][] = [
      ["nothing", new Uint8Array(), "empty"],
      ["zeros", new Uint8Array(64), "unsupported"],
      ["CMYK", jpegHeader({ components: 4 }), "unsupported"],
      ["12 bits", jpegHeader({ precision: 12 }), "unsupported"],
      ["a bomb", makePngHeader(30_000, 30_000), "too-large"],
      ["a picture above the limit", jpeg, "too-large", 64 * 48 - 1],
      ["half a PNG", png.subarray(0, png.length / 2), "truncated"],
      ["half a JPEG", jpeg.subarray(0, jpeg.length / 2), "truncated"],
      [
        "a PNG of too little data",
        await makePng({ ...parts, scanLines: new Uint8Array(10) }),
        "corrupt",
      ],
      ["a JPEG without its middle", cut(jpeg), "corrupt"],
    ];
    for (const [what, bytes, code, maxPixels] of cases) {
      assertEquals(await codeOf(decoder, bytes, maxPixels), code, `sharp, ${what}`);
      // The portable decoder fills a gap in coded data with grey.
      if (what === "a JPEG without its middle") continue;
      assertEquals(
        await codeOf(imagescriptDecoder, bytes, maxPixels),
        code,
        `imagescript, ${what}`,
      );
    }
  },
);

await testIf(
  "sharp",
  "the fast decoder answers damaged bytes with an image or an ImageError",
  async () => {
    const decoder = await createSharpDecoder();
    const random = createRandom("damage");
    const png = await encodePng({ width: 9, height: 7, data: new Uint8Array(189).fill(77) });
    const wholes = [png, ...golden.cases.map(({ bytes }) => Uint8Array.fromBase64(bytes))];
    for (let round = 0; round < 200; round++) {
      const bytes = wholes[round % wholes.length]!.slice();
      for (let i = 0; i < 3; i++) bytes[random.int(bytes.length)] = random.int(256);
      const result = await decoder.decode(bytes, { maxPixels: 1e6 }).catch((error) => error);
      if (result instanceof ImageError) continue;
      const { width, height, data } = result.image;
      assertEquals(data.length, 3 * width * height);
    }
  },
);

await testIf(
  "sharp",
  "the fast decoder shrinks JPEG from three times the size, PNG never",
  async () => {
    const decoder = await createSharpDecoder();
    const shrinkTo = { width: 20, height: 10 };
    const widthOf = async (bytes: Uint8Array) => {
      const { image, size } = await decoder.decode(bytes, { ...limits, shrinkTo });
      assertEquals(image.data.length, 3 * image.width * image.height);
      return [image.width, image.height, size.width, size.height];
    };
    const jpeg = async (width: number, height: number) =>
      new Uint8Array(await encodeJpeg(noiseImage(width, height), 90));
    assertEquals(await widthOf(await jpeg(60, 30)), [20, 10, 60, 30]);
    assertEquals(await widthOf(await jpeg(200, 29)), [200, 29, 200, 29]);
    assertEquals(await widthOf(await encodePng(noiseImage(80, 40))), [80, 40, 80, 40]);
  },
);

await testIf(
  "sharp",
  "a shrunk fixture is near the portable decoder's, and so is what the network says",
  async () => {
    await compareShrunk(fixturePictures(), SHRUNK_MAP_LEVELS);
  },
);

await testIf(
  ["sharp", "shared"],
  "a shrunk camera frame is near the portable decoder's, and so is what the network says",
  async () => {
    // Products that the network has never seen: single pixels of its map mean nothing.
    await compareShrunk(sharedPictures(), 255);
  },
);

/** Pixels in the network's size, maps and verdicts, from JPEG files by either decoder. */
async function compareShrunk(
  pictures: Iterable<[string, Image]> | AsyncIterable<[string, Image]>,
  mapLevels: number,
): Promise<void> {
  const dir = fromFileUrl(new URL("../../models/unet-tiny/1.2.0", import.meta.url));
  const { card, variantPath } = await openPackage(dir);
  await using session = await createSession(await Deno.readFile(variantPath("fp32")), {
    ...{ package: "unet-tiny", card, variant: "fp32", provider: "cpu", threads: 2 },
  });
  const sharp = await createSharpDecoder();
  const [fast, portable] = [sharp, imagescriptDecoder].map((decoder) =>
    createPipeline(session, card, { decoder })
  );
  for await (const [name, image] of pictures) {
    const bytes = new Uint8Array(await encodeJpeg(image, 90));
    const shrunk = await sharp.decode(bytes, { ...limits, shrinkTo: card.input });
    assertEquals([shrunk.image.width, shrunk.size.width], [256, image.width]);
    const whole = (await imagescriptDecoder.decode(bytes, limits)).image;
    const pixels = differenceOf(shrunk.image.data, resizeImage(whole, 256, 256).data);

    const frame = () => ({ format: "encoded", bytes: bytes.slice() }) as const;
    const a = await answerOne(fast!, frame(), { map: true });
    const b = await answerOne(portable!, frame(), { map: true });
    const maps = differenceOf(a.map!, b.map!);
    assertLessOrEqual(pixels.worst, SHRUNK_GREY_LEVELS, name);
    assertLessOrEqual(pixels.mean, SHRUNK_MEAN_GREY_LEVELS, name);
    assertLessOrEqual(maps.worst, mapLevels, name);
    assertLessOrEqual(maps.mean, SHRUNK_MEAN_MAP_LEVELS, name);
    assertEquals([a.verdict, a.frame], [b.verdict, b.frame], name);
  }
}

function noiseImage(width: number, height: number): Image {
  const random = createRandom("noise");
  const data = Uint8Array.from({ length: 3 * width * height }, () => random.int(256));
  return { width, height, data };
}

/** A JPEG with an APP1 segment that says: turn by 90°. */
function withExifRotation(jpeg: Uint8Array): Uint8Array {
  const exif = Uint8Array.from([
    ...[0xff, 0xe1, 0, 34, 0x45, 0x78, 0x69, 0x66, 0, 0], // APP1, "Exif"
    ...[0x4d, 0x4d, 0, 42, 0, 0, 0, 8, 0, 1], // big endian, one entry
    ...[0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0], // orientation 6
  ]);
  return concat([jpeg.subarray(0, 2), exif, jpeg.subarray(2)]);
}

/** SOI and a frame header of 8×8 pixels, then the end mark. */
function jpegHeader({ precision = 8, components = 3 }): Uint8Array {
  const list = Array.from({ length: components }, (_, i) => [i + 1, 0x11, 0]).flat();
  return Uint8Array.from([
    ...[0xff, 0xd8, 0xff, 0xc0, 0, 8 + 3 * components, precision, 0, 8, 0, 8, components, ...list],
    ...[0xff, 0xd9],
  ]);
}

/** A JPEG whose coded data lacks its middle. */
function cut(jpeg: Uint8Array): Uint8Array {
  const middle = Math.floor(jpeg.length * 0.6);
  return concat([jpeg.subarray(0, middle), jpeg.subarray(jpeg.length - 2)]);
}
