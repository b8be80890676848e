// What int8 may lose, another number each time it is asked for.

import type { VariantOptions } from "../../../trainer/variants.ts";

/** One budget after the other, the last for all that follow; -1 is more than any int8 keeps to, 1 less than none. */
export function budgets(...values: number[]) {
  const lines: string[] = [];
  const variants: VariantOptions = {
    ...{ names: ["int8"], calibrationImages: 4, methods: ["min-max"] },
    get budget() {
      return values.length > 1 ? values.shift()! : values[0]!;
    },
    say: (line) => lines.push(line),
  };
  return { variants, lines };
}
