// Operations on one model, one after the other, with a bound on those that wait. Knows nothing of models.

import { RegistryError } from "./errors.ts";

export interface Operations {
  /** Runs an operation when those before it have ended. @throws {RegistryError} "too-many-operations". */
  run<T>(operation: () => Promise<T>): Promise<T>;
  /** Resolves when nothing runs and nothing waits. */
  idle(): Promise<void>;
}

/** @param limit operations that may wait behind the one that runs */
export function createOperations(limit: number): Operations {
  let open = 0;
  let last: Promise<unknown> = Promise.resolve();
  return {
    async run(operation) {
      if (open > limit) {
        const message = `${limit} operations wait already, the limit; try again later`;
        throw new RegistryError("too-many-operations", message);
      }
      open++;
      const result = last.then(operation);
      last = result.catch(() => {});
      try {
        return await result;
      } finally {
        open--;
      }
    },
    async idle() {
      while (open > 0) await last;
    },
  };
}
