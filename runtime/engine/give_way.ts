// Puts a thread that computes behind those that answer in the scheduler of the system.

import { getPriority, setPriority } from "node:os";

/** Niceness that is added, of 19 at most. */
const STEP = 5;
const KINDS = ["getPriority", "setPriority"] as const;

/**
 * Lowers the priority of the calling thread, and of the threads that it starts afterwards. Only Linux has priorities by thread
 * (setpriority(2), "C library/kernel differences"): elsewhere, without the permission, or where the system
 * refuses, all stays as it is.
 *
 * @returns whether it was lowered.
 */
export function giveWay(os: typeof Deno.build.os = Deno.build.os): boolean {
  if (os !== "linux") return false;
  const granted = KINDS.every((kind) =>
    Deno.permissions.querySync({ name: "sys", kind }).state === "granted" // asks nobody
  );
  if (!granted) return false;
  try {
    setPriority(0, Math.min(19, getPriority(0) + STEP));
    return true;
  } catch {
    return false;
  }
}
