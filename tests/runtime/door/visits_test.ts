import { assertEquals } from "@std/assert";
import { createVisits } from "../../../runtime/door/visits.ts";
import { fakeClock } from "../../helpers/fake_clock.ts";

const WIRE = { begin() {} };
const upgrade = () => undefined;

function visiting() {
  const clock = fakeClock();
  const visits = createVisits({ headerMs: 100, clock });
  let cuts = 0;
  const visit = visits.open({ address: "10.0.0.1", wire: WIRE, upgrade, cut: () => void cuts++ });
  visit.knownAs(7);
  return { clock, visits, visit, cuts: () => cuts };
}

Deno.test("createVisits() cuts a connection without a request, and none that has one", () => {
  const { clock, visits, cuts } = visiting();
  const guest = visits.at(7)!;
  clock.advance(99);
  guest.begin({ hasBody: false });
  clock.advance(1000);
  assertEquals([cuts(), guest.address], [0, "10.0.0.1"]);
  guest.begin({ hasBody: false });
  guest.end();
  clock.advance(1000);
  assertEquals(cuts(), 0); // one of two goes on
  guest.end();
  clock.advance(100);
  assertEquals(cuts(), 1);
});

Deno.test("createVisits() forgets a connection once, and keeps the next one under its port", () => {
  const { clock, visits, visit } = visiting();
  const next = visits.open({ address: "10.0.0.2", wire: WIRE, upgrade, cut() {} });
  next.knownAs(7);
  visit.close();
  visit.close();
  assertEquals([visits.size, visits.at(7)?.address], [1, "10.0.0.2"]);
  next.close();
  assertEquals([visits.size, visits.at(7), clock.pending], [0, undefined, 0]);
});
