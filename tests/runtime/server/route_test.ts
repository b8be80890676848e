import { assertEquals, assertRejects } from "@std/assert";
import { z } from "zod";
import { HttpProblem } from "../../../runtime/server/problem.ts";
import { route } from "../../../runtime/server/route.ts";

const sample = route({
  ...{ method: "GET", path: "/a/{name}", tag: "a", summary: "A" },
  params: z.object({ name: z.string().max(3) }),
  query: z.object({ view: z.enum(["x", "y"]).optional() }),
  headers: z.object({ "x-size": z.string().regex(/^\d+$/).optional() }),
  answers: { 200: { description: "It" } },
  handle: ({ params, query, headers }) => Response.json({ params, query, headers }),
});
const request = (query = "", headers = {}) => new Request(`http://a/a/b${query}`, { headers });

Deno.test("route() gives its handler the checked parts of a request, and no others", async () => {
  const response = await sample.answer(
    request("?view=x&more=1", { "X-Size": "7", "x-other": "1" }),
    {
      name: "b",
    },
  );
  assertEquals(await response.json(), {
    ...{ params: { name: "b" }, query: { view: "x" }, headers: { "x-size": "7" } },
  });
});

Deno.test("route() refuses a part that its schema does not know, and names it", async () => {
  const cases = [
    [request(), { name: "long" }, "path name: "],
    [request("?view=z"), { name: "b" }, "query view: "],
    [request("", { "x-size": "-1" }), { name: "b" }, "header x-size: "],
  ] as const;
  for (const [bad, params, message] of cases) {
    const error = await assertRejects(() => sample.answer(bad, params), HttpProblem, message);
    assertEquals((error as HttpProblem).code, "bad-request");
  }
});
