// Whatever happens in whatever order, every frame ends once and its client is told so: streams and requests
// under random load, deadlines, crashes, clients that leave and swaps of the deployment.

import { assert, assertEquals } from "@std/assert";
import { createRandom } from "../../../models/random.ts";
import { FrameError } from "../../../runtime/frame.ts";
import { createLogger } from "../../../runtime/log/logger.ts";
import { createModelService, UnavailableError } from "../../../runtime/server/model_service.ts";
import { createModelStatistics } from "../../../runtime/server/model_statistics.ts";
import { fakeModelTable } from "../../helpers/model_table.ts";
import { createSingleRouter } from "../../helpers/single_router.ts";
import { type Counters, OUTCOMES } from "../../../runtime/stream/accounting.ts";
import { acceptStream } from "../../../runtime/stream/connection.ts";
import { POLICIES } from "../../../runtime/stream/frame_queue.ts";
import { DEFAULT_STREAM_LIMITS } from "../../../runtime/stream/limits.ts";
import { createStreamTable, type OpenStream } from "../../../runtime/stream/streams.ts";
import { PRIORITIES } from "../../../runtime/stream/turns.ts";
import { createEvents } from "../../../runtime/stream/events.ts";
import { createViews } from "../../../runtime/stream/views.ts";
import { fakeClock } from "../../helpers/fake_clock.ts";
import {
  FAKE_CARD,
  fakeDeployment,
  type FakeLane,
  fakeLane,
  settled,
} from "../../helpers/fake_lane.ts";
import { type FakeSocket, fakeSocket } from "../../helpers/fake_socket.ts";
import { frameBytes, HELLO } from "../../helpers/stream_bench.ts";

const SEEDS = 300;
const OPERATIONS = 120;

interface Client {
  readonly socket: FakeSocket;
  readonly stream: OpenStream;
  readonly sent: number[];
  left: boolean;
}

function assertAddsUp({ received, inFlight, ...ended }: Counters, where: string): void {
  const sum = Object.values(ended).reduce((total, count) => total + count, inFlight);
  assertEquals(sum, received, where);
  assert(inFlight >= 0, where);
}

/** @returns what became of the frames of its streams. */
async function play(seed: number): Promise<Counters[]> {
  const random = createRandom(seed);
  const pick = <T>(list: readonly T[]) => list[random.int(list.length)]!;
  const clock = fakeClock();
  const router = createSingleRouter();
  const errors: unknown[] = [];
  const report = (error: unknown) => void errors.push(error);
  const service = createModelService({
    ...{ card: FAKE_CARD, router, clock, report, maxWaiting: 3 },
    ...{ maxBatch: 1 + random.int(3), maxWaitMs: random.int(2) * 10 },
  });
  const streams = createStreamTable();
  const deps = {
    ...{ models: fakeModelTable([service]), streams, views: createViews(), clock },
    ...{ events: createEvents(), statistics: createModelStatistics() },
    limits: { ...DEFAULT_STREAM_LIMITS, maxFrameBytes: 64, maxPixels: 100 },
    log: createLogger({ write() {} }),
    observer: {},
    frameBudget: () => 0,
  };
  const lanes: FakeLane[] = [];
  const clients: Client[] = [];
  const requests = { ended: 0, sent: 0, aborts: [] as AbortController[] };

  function deploy(): void {
    const fresh = Array.from({ length: 1 + random.int(3) }, () => fakeLane());
    lanes.push(...fresh);
    router.attach(fakeDeployment(fresh));
  }

  function connect(): void {
    const socket = fakeSocket();
    acceptStream(socket, deps);
    const policy = pick(POLICIES);
    socket.receive(JSON.stringify({
      ...{ ...HELLO, policy, priority: pick(PRIORITIES) },
      ...(policy === "queue" ? { depth: 1 + random.int(4) } : {}),
      ...(random.int(2) ? { deadlineMs: 1 + random.int(40) } : {}),
    }));
    const stream = streams.list().at(-1);
    if (socket.closes.length === 0) {
      clients.push({ socket, stream: stream!, sent: [], left: false });
    }
  }

  function send(client: Client): void {
    if (client.left) return;
    const sequence = client.sent.length;
    client.sent.push(sequence);
    const wrong = random.int(10) === 0;
    client.socket.receive(frameBytes(sequence, wrong ? { width: 9 } : {}));
  }

  function leave(client: Client): void {
    client.left = true;
    client.socket.drop();
  }

  function request(): void {
    const abort = new AbortController();
    const frame = { format: "gray8", width: 2, height: 1, bytes: new Uint8Array(2) } as const;
    const deadlineMs = random.int(2) ? 1 + random.int(40) : undefined;
    const ended = () => void requests.ended++;
    try {
      service.segment(frame, {}, { signal: abort.signal, deadlineMs }).then(ended, ended);
    } catch (error) {
      assert(error instanceof UnavailableError);
      return;
    }
    requests.sent++;
    requests.aborts.push(abort);
  }

  function check(step: string): void {
    for (const { stream } of clients) assertAddsUp(stream.counters(), `${step} ${stream.name}`);
    assertAddsUp(service.requests(), `${step} requests`);
  }

  const operations = [
    ...Array(12).fill(() => clients.length > 0 && send(pick(clients))),
    ...Array(6).fill(() => lanes.find(({ busy }) => busy)?.answer()),
    ...Array(2).fill(() => pick(lanes).busy && pick(lanes.filter(({ busy }) => busy)).answer()),
    ...Array(3).fill(() => clock.advance(random.int(15))),
    ...Array(2).fill(request),
    connect,
    () => clients.length > 0 && leave(pick(clients)),
    () => requests.aborts.length > 0 && pick(requests.aborts).abort(new Error("gone")),
    () => lanes.find(({ busy }) => busy)?.answer(new FrameError("corrupt", "broken")),
    () => random.int(3) === 0 && pick(lanes).crash(),
    deploy,
  ];
  deploy();
  connect();
  for (let step = 0; step < OPERATIONS; step++) {
    await pick(operations)();
    check(`seed ${seed} step ${step}`);
  }

  // Nothing new comes: all that is open ends.
  deploy();
  for (const { socket, left } of clients) if (!left) socket.receive(`{"type":"bye"}`);
  for (let round = 0; round < 200; round++) {
    clock.advance(10);
    await settled();
    for (const lane of lanes) if (lane.busy) await lane.answer();
  }
  await service.turns.idle();
  check(`seed ${seed} end`);
  assertEquals([errors, clock.pending, requests.ended], [[], 0, requests.sent], `seed ${seed}`);
  for (const { socket, stream, sent, left } of clients) {
    const counters = stream.counters();
    const replies = socket.replies();
    const told = replies.map(({ sequence }) => sequence);
    assertEquals([counters.inFlight, counters.received], [0, sent.length], `seed ${seed}`);
    assertEquals(new Set(told).size, told.length, `seed ${seed}: a frame was answered twice`);
    if (left) continue;
    assertEquals(told.toSorted((a, b) => a - b), sent, `seed ${seed}: a frame had no answer`);
    for (const outcome of OUTCOMES) {
      const count = replies.filter((reply) => reply.outcome === outcome).length;
      assertEquals(counters[outcome], count, `seed ${seed}: ${outcome}`);
    }
  }
  return clients.map(({ stream }) => stream.counters());
}

Deno.test("createScheduler() ends every frame once, whatever happens, and its client is told", async () => {
  const counters: Counters[] = [];
  for (let seed = 0; seed < SEEDS; seed++) counters.push(...await play(seed));
  for (const outcome of OUTCOMES) {
    const count = counters.reduce((sum, counted) => sum + counted[outcome], 0);
    assert(count >= SEEDS, `only ${count} frames were ${outcome}`);
  }
});
