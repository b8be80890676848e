import { assertEquals } from "@std/assert";
import { lookAt } from "../../../runtime/metrics/look.ts";
import { frameBytes, streamBench } from "../../helpers/stream_bench.ts";

Deno.test("lookAt() sees models, their streams' frames in flight, and sockets", async () => {
  const { deps, lane, connect } = streamBench();
  const look = () => lookAt({ ...deps, connections: () => 5 });
  const { socket } = connect();
  connect();
  for (const sequence of [1, 2]) socket.receive(frameBytes(sequence));
  const model = { name: "unet-small", version: "1.0.0", state: "ready" as const };
  assertEquals(look(), {
    models: [{ ...model, lanes: 1, inFlight: 2 }],
    ...{ streams: 2, viewers: 0, connections: 5 },
  });
  await lane.answer();
  await lane.answer();
  lane.alive = false;
  assertEquals(look().models, [{ ...model, state: "failed", lanes: 0, inFlight: 0 }]);
});
