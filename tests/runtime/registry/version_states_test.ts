import { assertEquals } from "@std/assert";
import { createLoadedVersion } from "../../../runtime/registry/loaded_version.ts";
import { describeVersions } from "../../../runtime/registry/version_states.ts";
import { fakeClock } from "../../helpers/fake_clock.ts";
import { fakeDeployment } from "../../helpers/fake_deployment.ts";

Deno.test("describeVersions() lists what is in the folder or in memory, from old to new", () => {
  const load = (version: string) => createLoadedVersion(fakeDeployment(version), 1, fakeClock());
  const canary = load("1.10.0");
  const states = describeVersions({
    inFolder: ["1.0.0", "1.2.0", "1.10.0", "2.0.0"],
    loaded: new Map([["1.1.0", load("1.1.0")], ["1.10.0", canary]]),
    loading: "2.0.0",
    refused: new Map([["1.2.0", { code: "too-slow", reason: "it takes long" }]]),
    traffic: {
      roleOf: (version) => version === "1.10.0" ? "canary" : undefined,
      canary: { loaded: canary, share: 0.25 },
      shadow: undefined,
    },
  });
  assertEquals(states.map(({ version, state, inFolder }) => [version, state, inFolder]), [
    ["1.0.0", "available", true],
    ["1.1.0", "loaded", false],
    ["1.2.0", "refused", true],
    ["1.10.0", "canary", true],
    ["2.0.0", "loading", true],
  ]);
  assertEquals(states[2]?.refusal, { code: "too-slow", reason: "it takes long" });
  const { share, provider, variant, lanes, inFlight, threshold, lately } = states[3]!;
  assertEquals([share, provider, variant, lanes, inFlight, threshold, lately?.frames], [
    ...[0.25, "cpu", "fp32", 1, 0, canary.card.threshold, 0],
  ]);
});
