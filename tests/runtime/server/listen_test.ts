import { assertEquals, assertStringIncludes } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { configSchema } from "../../../runtime/config/schema.ts";
import { createLogger } from "../../../runtime/log/logger.ts";
import { listen } from "../../../runtime/server/listen.ts";
import { fakeClock } from "../../helpers/fake_clock.ts";
import { until } from "../../helpers/served_app.ts";
import { withTempDir } from "../../helpers/temp_dir.ts";

const TLS = fromFileUrl(new URL("../../helpers/tls/", import.meta.url));

Deno.test("listen() says when its certificate ends, takes a new one and keeps it when the next is wrong", () =>
  withTempDir(async (dir) => {
    const [cert, key] = [join(dir, "server.crt"), join(dir, "server.key")];
    const use = async (certificate: string, secret: string) => {
      await Deno.copyFile(TLS + secret, key);
      await Deno.copyFile(TLS + certificate, cert);
    };
    await use("one.crt", "one.key");
    const [clock, lines] = [fakeClock(), [] as string[]];
    const log = createLogger({ write: (line) => lines.push(line) });
    const config = configSchema.parse({ port: 0, tls: { cert, key } });
    const listening = await listen(config, () => new Response(), { clock, log });
    assertEquals(listening.certificateEnds, new Date("2126-11-02T01:30:34Z"));
    const timers = clock.pending;
    const look = async (count: number) => {
      clock.advance(2000);
      await until(() => lines.length === count && clock.pending === timers);
      return lines.at(-1)!;
    };
    await use("two.crt", "two.key");
    assertStringIncludes(await look(1), "Took a new certificate");
    await use("one.crt", "two.key");
    assertStringIncludes(await look(2), "The certificate stays what it was");
    await use("two.crt", "two.key");
    assertStringIncludes(await look(3), "Took a new certificate");
    await listening.close();
    assertEquals(clock.pending, 0);
  }));

Deno.test("listen() knows of no end without a certificate", async () => {
  const clock = fakeClock();
  const log = createLogger({ write() {} });
  const listening = await listen(configSchema.parse({ port: 0 }), () => new Response(), {
    ...{ clock, log },
  });
  assertEquals(listening.certificateEnds, undefined);
  await listening.close();
});
