import { assertEquals } from "@std/assert";
import { remindOfEnd } from "../../../runtime/server/remind_of_end.ts";
import { fakeClock } from "../../helpers/fake_clock.ts";

const DAY_MS = 86_400_000;

Deno.test("remindOfEnd() warns each day from two weeks before the end, until it is told to end", () => {
  const clock = fakeClock();
  const said: string[] = [];
  const log = {
    warn: (message: string) => void said.push(message),
    error: (message: string) => void said.push(message),
  };
  const expires = new Date(16.5 * DAY_MS);
  const end = remindOfEnd(expires, { clock, log, now: () => clock.now() });
  const after = (days: number) => {
    for (let day = 0; day < days; day++) clock.advance(DAY_MS);
    return said.splice(0);
  };
  assertEquals(after(2), []);
  assertEquals(after(2), Array(2).fill("The certificate ends soon"));
  assertEquals(after(13).slice(-2), ["The certificate ends soon", "The certificate has ended"]);
  end();
  assertEquals([after(1), clock.pending], [[], 0]);
});
