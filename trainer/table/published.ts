// What the paper this project follows reports, to stand beside what is measured here. Figures, nothing else.

/** Networks of the paper, by the names they have here. */
export type PublishedNetwork = "unet" | "resunet" | "dpt";

/**
 * IoU on the test part of each of MVTec AD's classes, 256×256, 6:2:2: the paper's Table 1. Which IoU it is the paper does not
 * say; it is most likely `iou_image`.
 */
export const publishedIou: Readonly<Record<string, Readonly<Record<PublishedNetwork, number>>>> = {
  bottle: { unet: 0.9187, resunet: 0.9199, dpt: 0.9472 },
  cable: { unet: 0.8962, resunet: 0.9022, dpt: 0.9058 },
  capsule: { unet: 0.9056, resunet: 0.9156, dpt: 0.9191 },
  carpet: { unet: 0.8973, resunet: 0.9124, dpt: 0.8963 },
  grid: { unet: 0.9154, resunet: 0.9017, dpt: 0.9124 },
  hazelnut: { unet: 0.9123, resunet: 0.9041, dpt: 0.9296 },
  leather: { unet: 0.8998, resunet: 0.9088, dpt: 0.9017 },
  metal_nut: { unet: 0.9084, resunet: 0.9067, dpt: 0.9034 },
  pill: { unet: 0.9145, resunet: 0.9185, dpt: 0.9159 },
  screw: { unet: 0.9029, resunet: 0.9111, dpt: 0.9411 },
  tile: { unet: 0.9132, resunet: 0.9103, dpt: 0.9245 },
  toothbrush: { unet: 0.9198, resunet: 0.9072, dpt: 0.9088 },
  transistor: { unet: 0.9047, resunet: 0.9168, dpt: 0.9322 },
  wood: { unet: 0.9011, resunet: 0.9135, dpt: 0.9387 },
  zipper: { unet: 0.9116, resunet: 0.9033, dpt: 0.9456 },
};
