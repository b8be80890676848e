import { assertEquals } from "@std/assert";
import { createCallers } from "../../../runtime/limits/callers.ts";
import { limiter } from "../../../runtime/limits/limiter.ts";
import { createRates, type RateOptions } from "../../../runtime/limits/rates.ts";
import { fakeClock } from "../../helpers/fake_clock.ts";
import { rawRequest, readProblem, testApp } from "../../helpers/test_app.ts";

function limited(options: Omit<RateOptions, "burstSeconds">) {
  const clock = fakeClock();
  const callers = createCallers();
  const rates = createRates({ burstSeconds: 1, ...options }, clock);
  const { app, lane } = testApp({}, undefined, { middleware: [limiter(rates, callers)] });
  const from = (address: string, path = "/v1/models", init?: RequestInit) => {
    const request = new Request(`http://a${path}`, init);
    callers.arrived(request, address);
    return app.fetch(request);
  };
  return { clock, from, lane };
}

Deno.test("limiter() answers 429 with Retry-After to the one who asks too often", async () => {
  const { clock, from } = limited({ requestsPerSecond: 0.5 });
  assertEquals((await from("a")).status, 200);
  const refused = await from("a");
  assertEquals(refused.headers.get("retry-after"), "2");
  assertEquals((await readProblem(refused)).code, "rate-limited");
  assertEquals([(await from("b")).status, (await from("a", "/healthz")).status], [200, 200]);
  clock.advance(2000);
  assertEquals((await from("a")).status, 200);
});

Deno.test("limiter() counts a frame in a request as a frame", async () => {
  const { from, lane } = limited({ framesPerSecond: 1 });
  const segment = () => from("a", "/v1/models/unet-small/segment", rawRequest());
  const first = segment();
  while (lane.frames.length === 0) await new Promise((resolve) => setTimeout(resolve));
  await lane.answer();
  assertEquals([(await first).status, (await segment()).status], [200, 429]);
  assertEquals((await from("a")).status, 200);
});
