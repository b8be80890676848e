import { assertEquals, assertStringIncludes } from "@std/assert";
import { configSchema } from "../../../runtime/config/schema.ts";
import { createLogger } from "../../../runtime/log/logger.ts";
import type { FrameEvent } from "../../../runtime/metrics/observer.ts";
import { openOperations } from "../../../runtime/server/operations.ts";
import { fakeClock } from "../../helpers/fake_clock.ts";
import { hashToken } from "../../../runtime/auth/token.ts";
import { writeTokens } from "../../../runtime/auth/token_file.ts";
import { until } from "../../helpers/served_app.ts";
import { withTempDir } from "../../helpers/temp_dir.ts";
import { join } from "@std/path";
import { NO_MODELS } from "../../helpers/operations.ts";
import { testApp } from "../../helpers/test_app.ts";

const TOKEN = "t".repeat(40);

async function operated(settings: Record<string, unknown>) {
  const clock = fakeClock();
  const events: FrameEvent[] = [];
  const operations = await openOperations({
    ...{ config: configSchema.parse(settings), clock, log: createLogger({ write() {} }) },
    ...{ now: () => NO_MODELS, scoresOf: () => undefined },
    observers: [{ onFrame: (event) => void events.push(event) }],
  });
  const { app } = testApp({}, undefined, {
    ...{ middleware: operations.middleware, metrics: operations.metrics },
    ...{ drain: operations.drain, frameBudget: operations.frameBudget },
  });
  const from = (address: string, path: string, token?: string) => {
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const request = new Request(`http://a${path}`, { headers });
    operations.callers.arrived(request, address);
    return app.fetch(request);
  };
  return { operations, app, from, clock, events };
}

Deno.test("openOperations() counts refusals, asks before it limits, and limits by token", async () => {
  const { from } = await operated({
    ...{ auth: { token: TOKEN }, limits: { requestsPerSecond: 1, burstSeconds: 1 } },
  });
  const status = async (address: string, token?: string) =>
    (await from(address, "/v1/models", token)).status;
  assertEquals([await status("a"), await status("a"), await status("a", TOKEN)], [401, 401, 200]);
  assertEquals(await status("b", TOKEN), 429); // one caller, whatever the address
  const health = await from("a", "/healthz");
  assertEquals(health.status, 200);
});

Deno.test("openOperations() limits by address where nobody is asked", async () => {
  const { from } = await operated({ limits: { requestsPerSecond: 1, burstSeconds: 1 } });
  const status = async (address: string) => (await from(address, "/v1/models")).status;
  assertEquals([await status("a"), await status("a"), await status("b")], [200, 429, 200]);
  const text = await (await from("c", "/metrics")).text();
  assertStringIncludes(
    text,
    `lineside_http_requests_total{method="GET",route="/v1/models",status="429"} 1`,
  );
});

Deno.test("openOperations() gives all streams of one caller one budget of frames", async () => {
  const { operations } = await operated({ limits: { framesPerSecond: 2, burstSeconds: 1 } });
  const request = (address: string) => {
    const made = new Request("http://a/v1/stream");
    operations.callers.arrived(made, address);
    return operations.frameBudget(made);
  };
  const [first, second, other] = [request("a"), request("a"), request("b")];
  assertEquals([first(), second(), first(), second(), other()], [0, 0, 500, 500, 0]);
});

Deno.test("openOperations() admits a part of the process, where tokens are asked for", async () => {
  const open = await operated({});
  assertEquals(await open.operations.admit({ name: "camera", roles: ["stream"] }), undefined);
  const { operations, from } = await operated({ auth: { token: TOKEN } });
  const token = await operations.admit({ name: "camera", roles: ["read"] });
  assertEquals((await from("a", "/v1/models", token)).status, 200);
});

Deno.test("openOperations() tells all observers of a frame", async () => {
  const { operations, events } = await operated({});
  const event = { model: { name: "a", version: "1" }, outcome: "dropped" as const };
  operations.observer.onFrame(event);
  assertEquals(events, [event]);
  assertStringIncludes(await operations.metrics.text(), `outcome="dropped"} 1`);
});

Deno.test("openOperations() tells when the token of a request is revoked, and asks nobody without tokens", async () => {
  const asked = new Request("http://a/v1/stream", {
    headers: { authorization: `Bearer ${TOKEN}` },
  });
  await withTempDir(async (dir) => {
    const tokens = join(dir, "tokens.json");
    const sha256 = (await hashToken(TOKEN)).toHex();
    const record = (name: string, sha256: string) => ({
      ...{ name, sha256, roles: ["stream" as const], created: "2026-01-01T00:00:00.000Z" },
    });
    await writeTokens(tokens, [record("camera", sha256)]);
    const { operations, app, clock } = await operated({ auth: { tokens } });
    assertEquals((await app.fetch(asked)).status, 426);
    let ended = 0;
    operations.onRevoked(asked, () => ended++);
    operations.onRevoked(asked, () => ended += 10)();
    assertEquals(ended, 0);
    await writeTokens(tokens, [record("other", "0".repeat(64))]);
    clock.advance(2000);
    await until(() => ended > 0);
    assertEquals(ended, 1);
    operations.close();
  });
  const { operations } = await operated({});
  operations.onRevoked(asked, () => {
    throw new Error("revoked");
  })();
});
