import { assertAlmostEquals, assertEquals } from "@std/assert";
import { createBuckets } from "../../../runtime/limits/token_bucket.ts";
import { fakeClock } from "../../helpers/fake_clock.ts";

Deno.test("createBuckets() lets a burst through, then the rate, and says how long to wait", () => {
  const clock = fakeClock();
  const buckets = createBuckets({ perSecond: 4, burst: 3, clock });
  const take = () => buckets.take("a");
  assertEquals([take(), take(), take(), take()], [0, 0, 0, 250]);
  clock.advance(200);
  assertAlmostEquals(take(), 50); // a refusal costs nothing
  clock.advance(50);
  assertEquals([take(), take()], [0, 250]);
});

Deno.test("createBuckets() fills no higher than the burst, which is at least one", () => {
  const clock = fakeClock();
  const buckets = createBuckets({ perSecond: 0.5, burst: 0.2, clock });
  for (let rest = 0; rest < 2; rest++) {
    assertEquals([buckets.take("a"), buckets.take("a")], [0, 2000]);
    clock.advance(1e6);
  }
});

Deno.test("createBuckets() keeps callers apart and forgets the one who was quiet for longest", () => {
  const clock = fakeClock();
  const buckets = createBuckets({ perSecond: 1, burst: 1, clock, maxKeys: 2 });
  for (const key of ["a", "b"]) assertEquals(buckets.take(key), 0);
  buckets.take("a");
  assertEquals([buckets.take("c"), buckets.size], [0, 2]);
  assertEquals([buckets.take("a"), buckets.take("b")], [1000, 0]);
});
