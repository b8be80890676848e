// The colours of a heat map: 256 of them, dark violet over red and orange to pale yellow.

/**
 * Control points in OKLab [L, a, b] (Ottosson 2020, https://bottosson.github.io/posts/oklab/). Lightness
 * rises in equal steps, so equal steps of score look equally far apart, also in grey print.
 */
const CONTROL_POINTS: readonly (readonly [number, number, number])[] = [
  [0.16, 0.02, -0.07],
  [0.355, 0.11, -0.1],
  [0.55, 0.19, 0.04],
  [0.745, 0.09, 0.14],
  [0.94, -0.02, 0.1],
];

/** RGB bytes of 256 colours, [256, 3]: colour of score s is entry round(255 × s). */
export const HEAT_COLOURS: Uint8Array = makeColours();

function makeColours(): Uint8Array {
  const colours = new Uint8Array(256 * 3);
  const spans = CONTROL_POINTS.length - 1;
  for (let entry = 0; entry < 256; entry++) {
    const position = entry / 255 * spans;
    const span = Math.min(Math.floor(position), spans - 1);
    const from = CONTROL_POINTS[span]!;
    const to = CONTROL_POINTS[span + 1]!;
    const mix = (axis: 0 | 1 | 2) => from[axis] + (to[axis] - from[axis]) * (position - span);
    colours.set(oklabToRgb(mix(0), mix(1), mix(2)), entry * 3);
  }
  return colours;
}

/** OKLab to 8-bit sRGB, out-of-gamut values clipped. */
function oklabToRgb(lightness: number, a: number, b: number): [number, number, number] {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    toByte(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
    toByte(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
    toByte(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s),
  ];
}

/** Linear light 0..1 to an sRGB byte (IEC 61966-2-1). */
function toByte(linear: number): number {
  const light = Math.min(Math.max(linear, 0), 1);
  const encoded = light <= 0.0031308 ? 12.92 * light : 1.055 * light ** (1 / 2.4) - 0.055;
  return Math.round(255 * encoded);
}
