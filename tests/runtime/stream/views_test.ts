import { assertEquals } from "@std/assert";
import type { View } from "../../../runtime/stream/view_protocol.ts";
import { createViews } from "../../../runtime/stream/views.ts";

const view = (answeredMs: number) => ({ answeredMs }) as View;

Deno.test("createViews() sends a view only when it was asked for, and the newest", () => {
  const views = createViews();
  const sent: number[] = [];
  const viewer = views.watch("a", ({ answeredMs }) => sent.push(answeredMs));
  views.publish("a", view(1));
  views.publish("a", view(2));
  assertEquals(sent, []);
  viewer.next();
  assertEquals(sent, [2]);
  viewer.next();
  views.publish("b", view(3));
  assertEquals(sent, [2]);
  views.publish("a", view(4));
  views.publish("a", view(5));
  assertEquals(sent, [2, 4]);
});

Deno.test("createViews() knows who is watched", () => {
  const views = createViews();
  const viewer = views.watch("a", () => {});
  assertEquals([views.watched("a"), views.watched("b"), views.viewers], [true, false, 1]);
  viewer.close();
  assertEquals([views.watched("a"), views.viewers], [false, 0]);
});
