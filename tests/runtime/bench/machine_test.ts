import { assert, assertEquals } from "@std/assert";
import { describeMachine } from "../../../runtime/bench/machine.ts";

Deno.test("describeMachine() names processor, cores, platform and Deno", () => {
  const { cpu, cores, platform, deno } = describeMachine();
  assert(cpu.length > 0 && cores >= 1);
  assertEquals([platform, deno], [`${Deno.build.os} ${Deno.build.arch}`, Deno.version.deno]);
});
