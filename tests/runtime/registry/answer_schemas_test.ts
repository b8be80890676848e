import { assert, assertEquals } from "@std/assert";
import {
  historyAnswer,
  shadowAnswer,
  versionList,
} from "../../../runtime/registry/answer_schemas.ts";
import { RegistryError } from "../../../runtime/registry/errors.ts";
import { fakeJob } from "../../helpers/fake_deployment.ts";
import { fakeRegistry } from "../../helpers/fake_registry.ts";
import { settled } from "../../helpers/fake_lane.ts";

/** As a client gets it. */
const sent = (value: unknown) => JSON.parse(JSON.stringify(value));

/** A model with a version of each kind, all of which have answered. */
async function busy() {
  const registry = fakeRegistry();
  const { model, errors, clock } = registry;
  errors.set("3.0.0", new RegistryError("package-corrupt", "fp32.onnx has sha256 1f"));
  await model.switchTo("1.0.0");
  await model.startShadow("1.2.0");
  await model.startCanary("1.1.0", 0.5);
  await model.switchTo("3.0.0").catch(() => {});
  for (let batch = 0; batch < 2; batch++) {
    const [deployment, jobs] = [model.traffic.pick(), [fakeJob()]];
    const results = await deployment.run(jobs);
    clock.advance(5);
    model.traffic.observe(deployment, { jobs, results, ms: 5 });
    await settled();
  }
  return registry;
}

Deno.test("versionList has all that there is to say of versions, and no more", async () => {
  const { model } = await busy();
  const answer = sent({ model: model.name, versions: await model.versions() });
  assertEquals(versionList.parse(answer), answer);
  const [serving, canary, shadow, , refused] = answer.versions;
  assertEquals([serving.state, serving.lately.medianMs], ["serving", 5]);
  assertEquals([canary.state, canary.share], ["canary", 0.5]);
  assertEquals([shadow.state, shadow.report.frames], ["shadow", 1]);
  assertEquals([refused.state, refused.refusal.code], ["refused", "package-corrupt"]);
  const wrong = [{ ...serving, state: "ready" }, { ...serving, more: 1 }, { version: "1.0.0" }];
  for (const version of wrong) {
    assert(!versionList.safeParse({ ...answer, versions: [version] }).success);
  }
});

Deno.test("shadowAnswer has a shadow's report, before its first frame, after it, or null", async () => {
  const { model } = await busy();
  const answer = sent({ shadow: { version: "1.2.0", report: model.traffic.shadow!.report() } });
  assertEquals(shadowAnswer.parse(answer), answer);
  assertEquals([answer.shadow.report.maxMapDifference], [0]);
  await model.startShadow("1.2.0");
  const fresh = sent({ shadow: { version: "1.2.0", report: model.traffic.shadow!.report() } });
  assertEquals(shadowAnswer.parse(fresh), fresh);
  assert(!("maxMapDifference" in fresh.shadow.report));
  assertEquals(shadowAnswer.parse({ shadow: null }), { shadow: null });
});

Deno.test("historyAnswer has every kind of event that happened", async () => {
  const { model, history } = await busy();
  await model.endCanary();
  await model.switchTo("2.0.0");
  await model.rollBack();
  await model.setLevels({ threshold: 0.25 });
  const answer = sent({ events: history.list("tiny") });
  assertEquals(historyAnswer.parse(answer), answer);
  const kinds = new Set(answer.events.map(({ kind }: { kind: string }) => kind));
  for (const kind of ["refused", "canary-ended", "rolled-back", "levels-changed"]) {
    assert(kinds.has(kind), kind);
  }
  assert(!historyAnswer.safeParse({ events: [{ ...answer.events[0], at: "today" }] }).success);
});
