// Which augmentations are on, for all products or for one. Knows their names, not what they do.

/** In the order they are applied: where the part lies, what lens and light make of it, the sensor's noise last. */
export const augmentationKinds = [
  "flipX",
  "flipY",
  "turn",
  "rotate",
  "affine",
  "blur",
  "light",
  "contrast",
  "gamma",
  "noise",
] as const;

/** Those that move pixels and leave their values. */
export const movingKinds: readonly AugmentationKind[] = [
  "flipX",
  "flipY",
  "turn",
  "rotate",
  "affine",
];

export type AugmentationKind = (typeof augmentationKinds)[number];

export interface AugmentationSwitches {
  /** What is on for a product that is not in `products`. */
  readonly usual: readonly AugmentationKind[];
  /** What is on for one product, instead of `usual`. */
  readonly products: Readonly<Record<string, readonly AugmentationKind[]>>;
}

/**
 * Everything. By `iou_image`/`iou_defect` on the validation part of MVTec AD, split 0, a DPT tiny with the published encoder
 * has after 1350 steps .873/.492 on screw, .863/.453 without `rotate`, .852/.451 without that and the flips. After 4000 steps
 * it has .876/.506 on screw, .866/.465 without `rotate`; .947/.758 and .945/.749 on bottle, .833/.498 and .839/.517 on
 * toothbrush. On the test parts .840/.403 and .856/.422; .927/.650 and .927/.647; .791/.373 and .789/.366.
 * Pictures that are not square are turned as they are squeezed into the network's size. On magnetic tiles of all shapes, half of
 * them with one side 1.4 times the other or more, turning them as the camera would see it changes nothing: .728/.605 and .765/.619 on
 * the test part, .749/.632 and .754/.637 without.
 *
 * A product with a handedness needs `product=` without the flips, one that always lies the same way also without `turn` and
 * `rotate`: there a mirrored or turned part is a defect.
 */
export const defaultSwitches: AugmentationSwitches = { usual: augmentationKinds, products: {} };

/** What is on for a product. */
export function kindsOf(
  { usual, products }: AugmentationSwitches,
  product: string,
): readonly AugmentationKind[] {
  return Object.hasOwn(products, product) ? products[product]! : usual;
}

/** The same without what is said of products that are not among these. */
export function switchesOf(
  { usual, products }: AugmentationSwitches,
  wanted: readonly string[],
): AugmentationSwitches {
  const kept = Object.entries(products).filter(([product]) => wanted.includes(product));
  return { usual, products: Object.fromEntries(kept) };
}

/**
 * Reads switches as people write them: `flipX,turn,light` is on for all products; after a semicolon `screw=turn,light`
 * replaces that for one. `all` turns everything on, `none` off.
 *
 * @param products What may stand in front of `=`.
 * @throws RangeError when a kind or a product is unknown, or is given twice.
 */
export function parseSwitches(text: string, products: readonly string[]): AugmentationSwitches {
  let usual: readonly AugmentationKind[] | undefined;
  const ofProduct = new Map<string, readonly AugmentationKind[]>();
  for (const value of text.split(";").map((part) => part.trim())) {
    const equals = value.lastIndexOf("=");
    const kinds = parseKinds(value.slice(equals + 1), value);
    const product = value.slice(0, Math.max(0, equals)).trim();
    if (equals >= 0 && !products.includes(product)) {
      throw wrong(value, `products are ${products.join(", ")}, not "${product}"`);
    }
    if (equals < 0 ? usual !== undefined : ofProduct.has(product)) {
      throw wrong(value, `${equals < 0 ? "all products have" : `${product} has`} kinds already`);
    }
    if (equals < 0) usual = kinds;
    else ofProduct.set(product, kinds);
  }
  return { usual: usual ?? defaultSwitches.usual, products: Object.fromEntries(ofProduct) };
}

/** The reverse of `parseSwitches`. */
export function formatSwitches({ usual, products }: AugmentationSwitches): string {
  const ofProducts = Object.entries(products).map(([name, kinds]) => `${name}=${words(kinds)}`);
  return [words(usual), ...ofProducts].join(";");
}

function words(kinds: readonly AugmentationKind[]): string {
  if (kinds.length === 0) return "none";
  return kinds.length === augmentationKinds.length ? "all" : kinds.join(",");
}

function parseKinds(list: string, value: string): readonly AugmentationKind[] {
  const words = list.split(",").map((word) => word.trim());
  if (words.length === 1 && words[0] === "none") return [];
  if (words.length === 1 && words[0] === "all") return augmentationKinds;
  const unknown = words.find((word) => !(augmentationKinds as readonly string[]).includes(word));
  if (unknown !== undefined) {
    const is = ["all", "none"].includes(unknown) ? `"${unknown}" stands alone` : `not "${unknown}"`;
    throw wrong(value, `kinds are ${augmentationKinds.join(", ")}, all, or none; ${is}`);
  }
  return augmentationKinds.filter((kind) => words.includes(kind));
}

function wrong(value: string, why: string): RangeError {
  return new RangeError(`Cannot augment by "${value}": ${why}`);
}
