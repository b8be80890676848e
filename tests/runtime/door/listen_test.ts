import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { readCertificate } from "../../../runtime/door/certificate.ts";
import { listenPlain, listenTls } from "../../../runtime/door/listen.ts";
import type { Side } from "../../../runtime/door/side.ts";
import { fakeClock } from "../../helpers/fake_clock.ts";
import { until } from "../../helpers/served_app.ts";

const TLS = new URL("../../helpers/tls/", import.meta.url).pathname;

Deno.test("listenPlain() takes connections until it is closed, and those that are open go on", async () => {
  const sides: Side[] = [];
  const enter = (side: Side) => void sides.push(side);
  const listener = listenPlain({ host: "127.0.0.1", port: 0, clock: fakeClock() }, enter);
  const { port } = listener;
  using first = await Deno.connect({ port });
  using second = await Deno.connect({ port });
  await until(() => sides.length === 2);
  listener.close();
  listener.close();
  await assertRejects(() => Deno.connect({ port }));
  await Promise.all([first, second].map((conn) => conn.write(Uint8Array.of(7))));
  for (const side of sides) {
    assertEquals([...(await side.read())!], [7]);
    side.destroy();
  }
});

Deno.test("listenPlain() and listenTls() say when a port is taken", async () => {
  using taken = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const address = { host: "127.0.0.1", port: taken.addr.port, clock: fakeClock() };
  assertThrows(() => listenPlain(address, () => {}), Error, "something else does");
  const certificate = await readCertificate({ cert: `${TLS}one.crt`, key: `${TLS}one.key` });
  const options = { ...address, certificate, maxConnections: 1, headerMs: 1000, waiting: () => 0 };
  await assertRejects(() => listenTls(options, () => {}), Error, "something else does");
});
