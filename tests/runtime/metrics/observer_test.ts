import { assertEquals } from "@std/assert";
import { type FrameEvent, observers } from "../../../runtime/metrics/observer.ts";

const DONE: FrameEvent = { model: { name: "bolt", version: "1.0.0" }, outcome: "done" };
const REQUEST = { method: "GET", route: "/healthz", status: 200, ms: 1 };

Deno.test("observers() tells all, whichever throws, and says so once of each", () => {
  const reported: string[] = [];
  const told: string[] = [];
  const broken = (name: string) => ({
    onFrame() {
      throw new Error(`${name} frame`);
    },
    onRequest() {
      throw new Error(`${name} request`);
    },
  });
  const sound = {
    onFrame: () => void told.push("frame"),
    onRequest: () => void told.push("request"),
  };
  const report = (error: unknown) => void reported.push((error as Error).message);
  const all = observers([broken("a"), {}, sound, broken("b")], report);
  for (let n = 0; n < 2; n++) {
    all.onFrame(DONE);
    all.onRequest(REQUEST);
  }
  assertEquals(told, ["frame", "request", "frame", "request"]);
  assertEquals(reported, ["a frame", "b frame"]);
});
