// An observer that makes OpenTelemetry spans and metrics of frames. Deno exports them itself by OTLP when it
// runs with OTEL_DENO=true; without that this file is not loaded, and costs nothing.

import { context, metrics, SpanStatusCode, trace } from "@opentelemetry/api";
import type { FrameEvent, Observer } from "../metrics/observer.ts";

const SCOPE = "lineside";
const STAGES = ["wait", "decode", "preprocess", "run", "postprocess", "encode"] as const;

/**
 * One span a settled frame, with a child for each stage, made afterwards from the times that were measured
 * anyway. A frame of a request is a child of the request's span.
 *
 * @param now milliseconds since 1970.
 */
export function createSpans(now: () => number = Date.now): Observer {
  const tracer = trace.getTracer(SCOPE);
  const meter = metrics.getMeter(SCOPE);
  const total = meter.createHistogram("lineside.frame.duration", {
    ...{ unit: "ms", description: "From a frame's arrival to its reply" },
  });
  const frames = meter.createCounter("lineside.frames", { description: "Frames by outcome" });
  return {
    onFrame(event) {
      const labels = {
        "lineside.model.name": event.model.name,
        "lineside.model.version": event.model.version,
        "lineside.outcome": event.outcome,
      };
      frames.add(1, labels);
      if (event.times) total.record(event.times.totalMs, labels);
      addSpans(event, labels);
    },
  };

  function addSpans(event: FrameEvent, labels: Record<string, string>): void {
    const { stream, score, code, times } = event;
    const endTime = now();
    const startTime = endTime - (times?.totalMs ?? 0);
    const span = tracer.startSpan("frame", {
      startTime,
      attributes: {
        ...labels,
        ...(stream === undefined ? {} : { "lineside.stream": stream }),
        ...(score === undefined ? {} : { "lineside.score": score }),
        ...(code === undefined ? {} : { "lineside.code": code }),
      },
    });
    if (event.outcome === "failed") {
      span.setStatus({ code: SpanStatusCode.ERROR, message: code ?? "" });
    }
    const parent = trace.setSpan(context.active(), span);
    let at = startTime;
    for (const stage of times ? STAGES : []) {
      const child = tracer.startSpan(stage, { startTime: at, attributes: labels }, parent);
      at += times![`${stage}Ms`];
      child.end(at);
    }
    span.end(endTime);
  }
}
