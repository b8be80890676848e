// The smallest data set in MVTec AD's layout: flat dark plates, on defective ones a bright square.

import { dirname, join } from "@std/path";
import { encodeGrayPng } from "../../models/encode.ts";

export const PLAIN_SIZE = 16;

/** Writes product `plate`: sound and defective images, 16×16, dark 40, bright 220. */
export async function writePlainDataset(root: string, good = 5, defective = 5): Promise<void> {
  for (let i = 0; i < good; i++) {
    // One pixel tells them apart: a split counts identical files once.
    const inCorner = (x: number, y: number) => x === 0 && y === 0;
    await write(join(root, `plate/train/good/${i}.png`), (x, y) => inCorner(x, y) ? 40 - i : 40);
  }
  for (let i = 0; i < defective; i++) {
    const inSquare = (x: number, y: number) => x >= i && x < i + 8 && y >= 4 && y < 12;
    await write(join(root, `plate/test/spot/${i}.png`), (x, y) => inSquare(x, y) ? 220 : 40);
    const mask = join(root, `plate/ground_truth/spot/${i}_mask.png`);
    await write(mask, (x, y) => inSquare(x, y) ? 255 : 0);
  }
}

async function write(path: string, grey: (x: number, y: number) => number): Promise<void> {
  const data = Uint8Array.from(
    { length: PLAIN_SIZE ** 2 },
    (_, at) => grey(at % PLAIN_SIZE, Math.floor(at / PLAIN_SIZE)),
  );
  await Deno.mkdir(dirname(path), { recursive: true });
  await Deno.writeFile(path, await encodeGrayPng({ width: PLAIN_SIZE, height: PLAIN_SIZE, data }));
}
