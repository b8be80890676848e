// Data sets of a test's own, file by file.

import { dirname, join } from "@std/path";
import { encodeGrayPng, encodeJpeg, encodePng } from "../../models/encode.ts";
import { withTempDir } from "./temp_dir.ts";

/** Files by their path from the root. */
export type DataFiles = Readonly<Record<string, Uint8Array>>;

/** Files that hold nothing. */
export function emptyFiles(...paths: readonly string[]): DataFiles {
  return Object.fromEntries(paths.map((path) => [path, new Uint8Array()]));
}

/** Runs `body` with a folder of these files; a path that ends in `/` is an empty folder. */
export function withFiles(files: DataFiles, body: (root: string) => Promise<void>): Promise<void> {
  return withTempDir(async (root) => {
    for (const [path, bytes] of Object.entries(files)) {
      const folder = path.endsWith("/") ? path : dirname(path);
      await Deno.mkdir(join(root, folder), { recursive: true });
      if (folder !== path) await Deno.writeFile(join(root, path), bytes);
    }
    await body(root);
  });
}

/** A PNG of one colour, 4×2 unless told. */
export function plainPng(red: number, width = 4, height = 2): Promise<Uint8Array<ArrayBuffer>> {
  const data = Uint8Array.from(
    { length: 3 * width * height },
    (_, at) => at % 3 === 0 ? red : 255 - red,
  );
  return encodePng({ width, height, data });
}

/** A grey JPEG, 4×2 unless told. */
export function plainJpeg(grey: number, width = 4, height = 2): Promise<Uint8Array<ArrayBuffer>> {
  return encodeJpeg({ width, height, data: new Uint8Array(3 * width * height).fill(grey) }, 90);
}

/** A mask PNG, 4×2 unless told, whose first `white` pixels are white. */
export function maskPng(white: number, width = 4, height = 2): Promise<Uint8Array<ArrayBuffer>> {
  const data = Uint8Array.from({ length: width * height }, (_, at) => at < white ? 255 : 0);
  return encodeGrayPng({ width, height, data });
}
