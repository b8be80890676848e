// What the numbers were measured on.

import { cpus } from "node:os";

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  /** Operating system and instruction set, e.g. "linux x86_64". */
  readonly platform: string;
  readonly deno: string;
}

/** Describes this machine. Needs sys permission "cpus". */
export function describeMachine(): Machine {
  return {
    cpu: cpus()[0]?.model.trim() || "unknown",
    cores: navigator.hardwareConcurrency,
    platform: `${Deno.build.os} ${Deno.build.arch}`,
    deno: Deno.version.deno,
  };
}
