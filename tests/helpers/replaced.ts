// Puts something else in the place of a function, for what cannot be brought about from outside.

/** Replaces `object[key]` until disposed. */
export function replaced<T extends object, K extends keyof T>(
  object: T,
  key: K,
  value: T[K],
): Disposable {
  const original = object[key];
  object[key] = value;
  return {
    [Symbol.dispose]() {
      object[key] = original;
    },
  };
}
