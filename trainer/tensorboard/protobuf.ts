// The four kinds of protobuf fields that events need, as bytes. Knows no message by name.

/** A field's or a whole message's bytes. */
export type Encoded = Uint8Array<ArrayBuffer>;

/** https://protobuf.dev/programming-guides/encoding/#structure */
const WireType = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

/** `int32`, `int64` and enums. @throws RangeError for what is not an integer in 0..2⁵³−1. */
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

/** Seven bits a byte, lowest first; divided, not shifted: numbers may be above 2³². */
function varint(value: number): Encoded {
  if (!Number.isSafeInteger(value) || value < 0) {
    throw new RangeError(`Cannot encode ${value}: must be an integer in 0..2⁵³−1`);
  }
  const bytes: number[] = [];
  for (; value > 0x7f; value = Math.floor(value / 128)) bytes.push(value % 128 + 128);
  return Uint8Array.of(...bytes, value);
}
