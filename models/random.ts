// A seeded random generator that gives the same numbers on every machine. Knows no clock and no system entropy.

/** A stream of reproducible random numbers. */
export interface Random {
  /** Uniform in [0, 1), a multiple of 2⁻³². */
  next(): number;
  /** Uniform integer in [0, n), without bias. Throws RangeError unless n is an integer in 1..2³². */
  int(n: number): number;
  /** Normal with mean 0 and standard deviation 1. */
  normal(): number;
  /** Shuffles the array in place (Fisher–Yates) and returns it. */
  shuffle<T>(array: T[]): T[];
  /**
   * A stream of its own for a label. It depends on this stream's seed and the label only, not on what
   * has been drawn before: `fork("a")` is the same before and after `next()`.
   */
  fork(label: string | number): Random;
}

/**
 * Creates a generator: xoshiro128** 1.1 (Blackman and Vigna, "Scrambled linear pseudorandom number
 * generators", 2021), integer-exact in 32-bit arithmetic. A number and its decimal text are the same seed.
 */
export function createRandom(seed: number | string): Random {
  const nextBits = xoshiro128(hashSeed(String(seed)));
  let spare: number | undefined;

  const random: Random = {
    next: () => nextBits() / 2 ** 32,
    int(n) {
      if (!Number.isInteger(n) || n < 1 || n > 2 ** 32) {
        throw new RangeError(`Cannot draw an integer below ${n}: must be an integer in 1..2^32`);
      }
      // Values past the last whole multiple of n would favour the small results: draw again.
      const limit = 2 ** 32 - 2 ** 32 % n;
      let bits = nextBits();
      while (bits >= limit) bits = nextBits();
      return bits % n;
    },
    normal() {
      if (spare !== undefined) {
        const value = spare;
        spare = undefined;
        return value;
      }
      // Marsaglia's polar method (1964).
      let u, v, s;
      do {
        u = 2 * random.next() - 1;
        v = 2 * random.next() - 1;
        s = u * u + v * v;
      } while (s >= 1 || s === 0);
      const factor = Math.sqrt(-2 * portableLog(s) / s);
      spare = v * factor;
      return u * factor;
    },
    shuffle(array) {
      for (let i = array.length - 1; i > 0; i--) {
        const j = random.int(i + 1);
        const moved = array[i]!;
        array[i] = array[j]!;
        array[j] = moved;
      }
      return array;
    },
    fork: (label) => createRandom(`${seed}/${label}`),
  };
  return random;
}

/**
 * Makes the generator of uniform 32-bit integers that starts from four words of state.
 * Throws RangeError unless there are four, not all zero (the one state it would never leave).
 */
export function xoshiro128(state: ArrayLike<number>): () => number {
  let [a = 0, b = 0, c = 0, d = 0] = Array.from(state);
  if (state.length !== 4 || (a | b | c | d) === 0) {
    throw new RangeError(
      `Cannot seed xoshiro128** with [${Array.from(state)}]: must be 4 words, not all 0`,
    );
  }
  return () => {
    const product = Math.imul(b, 5);
    const result = Math.imul((product << 7) | (product >>> 25), 9) >>> 0;
    const t = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= t;
    d = (d << 11) | (d >>> 21);
    return result;
  };
}

/** Four FNV-1a lanes with different bases over the UTF-16 units, each finished by MurmurHash3's mixer. */
function hashSeed(text: string): Uint32Array {
  const state = Uint32Array.of(0x811c9dc5, 0x9e3779b9, 0x85ebca6b, 0xc2b2ae35);
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    for (let lane = 0; lane < 4; lane++) {
      state[lane] = Math.imul(state[lane]! ^ unit, 0x01000193);
    }
  }
  return state.map(mix32);
}

/** MurmurHash3's 32-bit finalizer (fmix32). */
function mix32(value: number): number {
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}

/**
 * Natural logarithm by + − × ÷ alone, because Math.log may differ in its last bit between machines.
 * ln(m·2^e) = e·ln 2 + 2·artanh((m−1)/(m+1)), m in [√½, √2).
 */
export function portableLog(x: number): number {
  let exponent = 0;
  while (x < Math.SQRT1_2) {
    x *= 2;
    exponent--;
  }
  while (x >= Math.SQRT2) {
    x /= 2;
    exponent++;
  }
  const s = (x - 1) / (x + 1);
  const square = s * s; // at most 0.0295, so the 14th term is below one ulp
  let sum = 0;
  for (let n = 27; n >= 1; n -= 2) sum = sum * square + 1 / n;
  return exponent * Math.LN2 + 2 * s * sum;
}
