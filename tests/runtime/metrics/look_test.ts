import { assertEquals } from "@std/assert";
import { lookAt } from "../../../runtime/metrics/look.ts";
import { frameBytes, streamBench } from "../../helpers/stream_bench.ts";

Deno.test("lookAt() sees models, what waits, what is in memory, and sockets", async () => {
  const { deps, lane, connect } = streamBench();
  const certificateEnds = new Date(0);
  const look = () =>
    lookAt({ ...deps, connections: () => 5, certificateEnds: () => certificateEnds });
  const { socket } = connect();
  connect();
  for (const sequence of [1, 2]) socket.receive(frameBytes(sequence));
  const model = { name: "unet-small", version: "1.0.0" };
  assertEquals(look(), {
    models: [{ ...model, state: "ready" }],
    queues: [{ ...model, waiting: 1 }],
    deployments: [{ ...model, lanes: 1, inFlight: 1 }],
    ...{ streams: 2, viewers: 0, connections: 5, certificateEnds },
  });
  await lane.answer();
  await lane.answer();
  lane.alive = false;
  const { models, queues, deployments } = look();
  assertEquals(models, [{ ...model, state: "failed" }]);
  assertEquals(queues, [{ ...model, waiting: 0 }]);
  assertEquals(deployments, [{ ...model, lanes: 0, inFlight: 0 }]);
});

Deno.test("lookAt() adds up what waits for a version by its name and without", () => {
  const { deps, service } = streamBench();
  const waiting = {
    ...service,
    card: service.card,
    turns: { ...service.turns, waiting: 2 },
  };
  const models = { ...deps.models, services: () => [waiting, waiting] };
  const { queues } = lookAt({
    ...{ ...deps, models, connections: () => 0, certificateEnds: () => undefined },
  });
  assertEquals(queues.map(({ waiting }) => waiting), [4]);
});
