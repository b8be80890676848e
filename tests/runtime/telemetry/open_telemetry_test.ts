import { assertEquals } from "@std/assert";
import { openTelemetry } from "../../../runtime/telemetry/open_telemetry.ts";

Deno.test("openTelemetry() adds nothing unless it is switched on", async () => {
  const on = async (value?: string) =>
    (await openTelemetry((name) => name === "OTEL_DENO" ? value : undefined)).length;
  assertEquals([await on(), await on("false"), await on("true"), await on("1")], [0, 0, 1, 1]);
});
