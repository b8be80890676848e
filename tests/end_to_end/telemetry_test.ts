// Spans and metrics as a collector gets them: a real OTLP/HTTP receiver here, the server in its own process.

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { segment, StreamClient } from "../../runtime/client/client.ts";
import { goodPng } from "../helpers/frames.ts";
import { until } from "../helpers/served_app.ts";
import { startProcess } from "../helpers/server_process.ts";
import { withTempDir } from "../helpers/temp_dir.ts";
import { writeTinyPackage } from "../helpers/tiny_model.ts";

interface Attribute {
  readonly key: string;
  readonly value: { readonly stringValue?: string };
}

interface Span {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes?: readonly Attribute[];
}

const STAGES = ["wait", "decode", "preprocess", "run", "postprocess", "encode"];

function collector() {
  const spans: Span[] = [];
  const metrics = new Set<string>();
  const http = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, async (request) => {
    const body = await request.json();
    for (const resource of body.resourceSpans ?? []) {
      for (const scope of resource.scopeSpans) spans.push(...scope.spans);
    }
    for (const resource of body.resourceMetrics ?? []) {
      for (const scope of resource.scopeMetrics) {
        for (const { name } of scope.metrics) metrics.add(name);
      }
    }
    return Response.json({});
  });
  return { http, spans, metrics };
}

const attribute = (span: Span, key: string) =>
  span.attributes?.find((one) => one.key === key)?.value.stringValue;

Deno.test("serve exports a frame's way as spans, and metrics, by OTLP", async () => {
  await withTempDir(async (dir) => {
    await writeTinyPackage(join(dir, "tiny", "1.0.0"));
    const { http, spans, metrics } = collector();
    const env = {
      ...{ OTEL_DENO: "true", OTEL_DENO_CONSOLE: "ignore", OTEL_SERVICE_NAME: "lineside" },
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${http.addr.port}`,
      ...{ OTEL_EXPORTER_OTLP_PROTOCOL: "http/json", OTEL_BSP_SCHEDULE_DELAY: "50" },
      OTEL_METRIC_EXPORT_INTERVAL: "100",
    };
    {
      const flags = [`--models=${dir}`, "--provider=wasm", "--threads=1"];
      await using server = await startProcess("serve", flags, env);
      await using stream = await StreamClient.open(server.url, {
        model: "tiny",
        stream: "camera-1",
      });
      await stream.send({ format: "encoded", bytes: goodPng });
      await segment(server.url, "tiny", { format: "encoded", bytes: goodPng });
      const frames = () => spans.filter(({ name }) => name === "frame");
      await until(() => frames().length === 2 && metrics.has("lineside.frame.duration"));
    }
    const frames = spans.filter(({ name }) => name === "frame");
    for (const frame of frames) {
      const children = spans.filter(({ parentSpanId }) => parentSpanId === frame.spanId);
      assertEquals(children.map(({ name }) => name), STAGES);
      assertEquals(new Set(children.map(({ traceId }) => traceId)), new Set([frame.traceId]));
      assertEquals(attribute(frame, "lineside.model.name"), "tiny");
      assertEquals(attribute(frame, "lineside.outcome"), "done");
      const [first, last] = [children[0]!, children.at(-1)!];
      assertEquals(first.startTimeUnixNano, frame.startTimeUnixNano);
      assert(BigInt(last.endTimeUnixNano) <= BigInt(frame.endTimeUnixNano) + 1_000_000n);
    }
    const [ofStream, ofRequest] = [
      frames.find((frame) => attribute(frame, "lineside.stream") === "camera-1")!,
      frames.find((frame) => attribute(frame, "lineside.stream") === undefined)!,
    ];
    assert(ofStream);
    const request = spans.find(({ spanId }) => spanId === ofRequest.parentSpanId);
    assert(request?.name.startsWith("POST"), request?.name);
    assertEquals(metrics.has("lineside.frames"), true);
    await http.shutdown();
  });
});
