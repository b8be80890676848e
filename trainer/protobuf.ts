// The four kinds of protobuf fields that are written here, as bytes. Knows no message by name.

/** A field's or a whole message's bytes. */
export type Encoded = Uint8Array<ArrayBuffer>;

/** https://protobuf.dev/programming-guides/encoding/#structure */
const WireType = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

/** `int32`, `int64`, `bool` and enums. @throws RangeError for what is not an integer in −2⁵³+1..2⁵³−1. */
export function integerField(field: number, value: number): Encoded {
  return message(key(field, WireType.varint), varint(value));
}

/** `double`. */
export function doubleField(field: number, value: number): Encoded {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setFloat64(0, value, true);
  return message(key(field, WireType.fixed64), bytes);
}

/** `float`. */
export function floatField(field: number, value: number): Encoded {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setFloat32(0, value, true);
  return message(key(field, WireType.fixed32), bytes);
}

/** `bytes`, `string` in UTF-8, and messages. */
export function bytesField(field: number, value: Uint8Array | string): Encoded {
  const bytes = typeof value === "string" ? new TextEncoder().encode(value) : value;
  return message(key(field, WireType.bytes), varint(bytes.length), bytes);
}

/** Fields one after another. */
export function message(...fields: readonly Uint8Array[]): Encoded {
  const bytes = new Uint8Array(fields.reduce((length, field) => length + field.length, 0));
  let at = 0;
  for (const field of fields) {
    bytes.set(field, at);
    at += field.length;
  }
  return bytes;
}

function key(field: number, wireType: number): Encoded {
  return varint(field * 8 + wireType);
}

/** Seven bits a byte, lowest first; a negative number as the 64 bits of its two's complement. */
function varint(value: number): Encoded {
  if (!Number.isSafeInteger(value)) {
    throw new RangeError(`Cannot encode ${value}: must be an integer in −2⁵³+1..2⁵³−1`);
  }
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest > 0x7fn; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  return Uint8Array.of(...bytes, Number(rest));
}
