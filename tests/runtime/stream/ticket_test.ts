import { assertEquals } from "@std/assert";
import type { Deployment } from "../../../runtime/engine/deployment.ts";
import { createTicket, type End, type Entry } from "../../../runtime/stream/ticket.ts";
import { fakeClock } from "../../helpers/fake_clock.ts";
import { fakeDeployment, fakeLane, fakeSegmentation } from "../../helpers/fake_lane.ts";

const deployment: Deployment = fakeDeployment([fakeLane()]);
const job = () => ({ frame: { format: "encoded", bytes: new Uint8Array(1) }, want: {} } as const);

function ticketOf(changed: Partial<Entry> = {}) {
  const clock = fakeClock();
  const ends: End[] = [];
  const errors: unknown[] = [];
  let told = 0;
  const entry: Entry = { bytes: 1, job, ended: (end) => ends.push(end), ...changed };
  const deps = { clock, report: (error: unknown) => void errors.push(error) };
  const ticket = createTicket(entry, deps, () => told++);
  const outcomes = () => ends.map(({ outcome }) => outcome);
  return { ticket, clock, ends, errors, outcomes, told: () => told };
}

Deno.test("createTicket() waits, runs and is done, with the time that it waited", () => {
  const { ticket, clock, ends, told } = ticketOf();
  clock.advance(7);
  assertEquals(ticket.take(), job());
  clock.advance(5);
  ticket.done(fakeSegmentation(), deployment);
  const result = fakeSegmentation();
  assertEquals(ends, [{ outcome: "done", result, deployment, waitMs: 7 }]);
  assertEquals([told(), clock.pending], [1, 0]);
});

Deno.test("createTicket() ends once, whoever comes first", () => {
  const { ticket, clock, outcomes } = ticketOf({ deadlineMs: 10 });
  ticket.end({ outcome: "dropped", code: "replaced" });
  assertEquals(clock.pending, 0);
  ticket.done(fakeSegmentation(), deployment);
  clock.advance(10);
  assertEquals(outcomes(), ["dropped"]);
});

Deno.test("createTicket() expires at its deadline while it waits, and while it runs", () => {
  for (const running of [false, true]) {
    const { ticket, clock, ends } = ticketOf({ deadlineMs: 10 });
    if (running) ticket.take();
    clock.advance(9);
    assertEquals(ends, []);
    clock.advance(1);
    assertEquals(ends, [{ outcome: "expired", deadlineMs: 10 }]);
    ticket.done(fakeSegmentation(), deployment);
    assertEquals(ends.length, 1);
  }
});

Deno.test("createTicket() expires without its timer when that comes too late", () => {
  for (const running of [false, true]) {
    const clock = fakeClock();
    const late = { ...clock, now: () => clock.now(), after: () => () => {} };
    const ends: End[] = [];
    const entry = { bytes: 1, deadlineMs: 10, job, ended: (end: End) => ends.push(end) };
    const ticket = createTicket(entry, { clock: late, report() {} }, () => {});
    if (running) ticket.take();
    clock.advance(10);
    if (running) ticket.done(fakeSegmentation(), deployment);
    else assertEquals(ticket.take(), undefined);
    assertEquals(ends.map(({ outcome }) => outcome), ["expired"]);
  }
});

Deno.test("createTicket() fails when its job cannot be made", () => {
  const { ticket, outcomes } = ticketOf({
    job() {
      throw new Error("no job");
    },
  });
  assertEquals([ticket.take(), outcomes()], [undefined, ["failed"]]);
});

Deno.test("createTicket() reports what its entry throws", () => {
  const { ticket, errors } = ticketOf({
    ended() {
      throw new Error("out of luck");
    },
  });
  ticket.end({ outcome: "dropped", code: "abandoned" });
  assertEquals((errors[0] as Error).message, "out of luck");
});
