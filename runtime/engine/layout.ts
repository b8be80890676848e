// How many lanes a box gets, and how many threads each. A rule with its measurement; flags override it.

import { defaultThreads } from "./threads.ts";

export interface Layout {
  readonly lanes: number;
  /** Threads of each lane. */
  readonly threads: number;
  /** Whether idle threads spin for their next work. */
  readonly spin: boolean;
}

/** TODO measured figures */
export function fitLanes(
  { lanes, threads }: {
    readonly lanes?: number | undefined;
    readonly threads?: number | undefined;
  },
  cores: number = navigator.hardwareConcurrency,
): Layout {
  const fitted = lanes ?? (cores > 1 ? 2 : 1);
  return { lanes: fitted, threads: threads ?? defaultThreads(cores), spin: fitted === 1 };
}
