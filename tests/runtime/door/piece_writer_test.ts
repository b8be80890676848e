import { assertEquals } from "@std/assert";
import { createPieceWriter } from "../../../runtime/door/piece_writer.ts";
import { fakeClock } from "../../helpers/fake_clock.ts";
import { fakeSide } from "../../helpers/fake_side.ts";

Deno.test("createPieceWriter() gives each piece its time, with one timer for many", async () => {
  const [clock, peer] = [fakeClock(), fakeSide()];
  let cuts = 0;
  const writer = createPieceWriter(peer.side, { clock, readMs: 500, cut: () => void cuts++ });
  await writer.write(new Uint8Array(1));
  clock.advance(400);
  await writer.write(new Uint8Array(1));
  assertEquals(clock.pending, 1);
  peer.block();
  writer.write(new Uint8Array(1)); // begun at 400
  clock.advance(499);
  assertEquals([cuts, clock.pending], [0, 1]);
  clock.advance(1);
  assertEquals([cuts, clock.pending], [1, 0]);
});

Deno.test("createPieceWriter() waits for nothing any more after stop()", async () => {
  const [clock, peer] = [fakeClock(), fakeSide()];
  let cuts = 0;
  const writer = createPieceWriter(peer.side, { clock, readMs: 500, cut: () => void cuts++ });
  peer.block();
  writer.write(new Uint8Array(40 * 1024));
  assertEquals(clock.pending, 1);
  writer.stop();
  peer.take();
  await new Promise<void>((resolve) => setTimeout(resolve));
  clock.advance(500);
  assertEquals([peer.got.length, clock.pending, cuts], [16 * 1024, 0, 0]);
});
