import { assertEquals } from "@std/assert";
import type { Deployment } from "../../../runtime/engine/deployment.ts";
import { createModelTurns, followTurns, type Pick } from "../../../runtime/server/model_turns.ts";
import type { Source, SourceOptions } from "../../../runtime/stream/scheduler.ts";
import { fakeClock } from "../../helpers/fake_clock.ts";
import { FAKE_CARD, fakeDeployment, fakeLane, settled } from "../../helpers/fake_lane.ts";

const QUEUE: SourceOptions = { policy: "queue", depth: 8, maxBytes: 1000, priority: "normal" };

function bench(maxBatch = 1) {
  const ended: string[] = [];
  const observed: [string, number][] = [];
  const turns = () =>
    createModelTurns({
      ...{ slots: () => 1, unavailable: () => undefined, clock: fakeClock(), maxBatch },
      ...{ maxWaitMs: 0, maxWaiting: 4, report: console.error },
      observe: ({ card }, { jobs }) => observed.push([card.version, jobs.length]),
    });
  const offer = (source: Source, name: string) =>
    source.offer({
      bytes: 1,
      job: () => ({
        frame: { format: "gray8", width: 1, height: 1, bytes: new Uint8Array(1) },
        want: {},
      }),
      ended(end) {
        const by = "deployment" in end && end.deployment?.card.version;
        ended.push(`${name} ${end.outcome} by ${by || "nobody"}`);
      },
    });
  return { turns, offer, ended, observed };
}

function versioned(version: string) {
  const lane = fakeLane();
  return { lane, deployment: fakeDeployment([lane], { ...FAKE_CARD, version }) };
}

Deno.test("createModelTurns() takes each frame of a batch where its source says, and asks once", async () => {
  const { turns, offer, ended, observed } = bench(4);
  const [old, next] = [versioned("1.0.0"), versioned("1.1.0")];
  let asked = 0;
  const shared = turns();
  const pickOf = (deployment: Deployment): Pick => () => {
    asked++;
    return deployment;
  };
  const [one, also, other] = [
    shared.source(QUEUE, pickOf(old.deployment)),
    shared.source(QUEUE, pickOf(old.deployment)),
    shared.source(QUEUE, pickOf(next.deployment)),
  ];
  offer(one, "blocker");
  for (const name of ["a", "b"]) offer(one, name);
  offer(also, "c");
  offer(other, "d");
  asked = 0;
  await old.lane.answer();
  assertEquals([old.lane.batches, next.lane.batches, asked], [[1, 3], [1], 3]);
  await next.lane.answer();
  assertEquals(ended, ["blocker done by 1.0.0"]); // a batch ends as one
  await old.lane.answer();
  assertEquals(ended.slice(1).toSorted(), [
    ...["a done by 1.0.0", "b done by 1.0.0", "c done by 1.0.0", "d done by 1.1.0"],
  ]);
  assertEquals(observed, [["1.0.0", 1], ["1.1.0", 1], ["1.0.0", 3]]);
});

Deno.test("createModelTurns() fails only the frames whose version is gone", async () => {
  const { turns, offer, ended } = bench(2);
  const { lane, deployment } = versioned("1.0.0");
  const shared = turns();
  const here = shared.source(QUEUE, () => deployment);
  const gone = shared.source(QUEUE, () => {
    throw new Error("not loaded");
  });
  offer(here, "blocker");
  offer(here, "a");
  offer(gone, "b");
  await lane.answer();
  await lane.answer();
  assertEquals(ended.toSorted(), [
    ...["a done by 1.0.0", "b failed by nobody", "blocker done by 1.0.0"],
  ]);
  await shared.idle();
});

Deno.test("followTurns() takes each frame to the turns of the moment, and leaves none behind", async () => {
  const { turns, offer, ended } = bench();
  const { lane, deployment } = versioned("1.0.0");
  const [own, shared] = [turns(), turns()];
  let now = own;
  const source = followTurns(() => now, QUEUE, () => deployment);
  for (const name of ["a", "b"]) offer(source, name);
  now = shared;
  for (const name of ["c", "d"]) offer(source, name);
  assertEquals([own.waiting, shared.waiting, source.waiting], [1, 1, 2]);
  for (let n = 0; n < 2; n++) await lane.answer();
  source.abandon();
  await settled();
  assertEquals(ended, [
    ...["a done by 1.0.0", "c done by 1.0.0", "b dropped by nobody", "d dropped by nobody"],
  ]);
});
