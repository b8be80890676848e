import { assertEquals } from "@std/assert";
import { createLogger, type LoggerOptions } from "../../../runtime/log/logger.ts";
import { makeToken } from "../../../runtime/auth/token.ts";

function said(options: LoggerOptions, speak: (log: ReturnType<typeof createLogger>) => void) {
  const lines: string[] = [];
  speak(createLogger({ now: () => 0, write: (line) => lines.push(line), ...options }));
  return lines;
}

Deno.test("createLogger() writes one JSON object a line, which fields cannot spoil", () => {
  const [line] = said({ format: "json" }, (log) => {
    log.warn("two\nlines", { stream: "a", frames: 3, level: "none", gone: undefined });
  });
  assertEquals(line!.includes("\n"), false);
  assertEquals(JSON.parse(line!), {
    ...{ time: "1970-01-01T00:00:00.000Z", level: "warn", message: "two\nlines" },
    ...{ stream: "a", frames: 3 },
  });
});

Deno.test("createLogger() writes text for people, and is info when called itself", () => {
  const lines = said({}, (log) => {
    log("ready", { port: 1 });
    log.error("bad", { why: "it is" });
    log.debug("unseen");
  });
  assertEquals(lines, ["ready port=1", `Error: bad why="it is"`]);
});

Deno.test("createLogger() leaves out what is below its level", () => {
  const lines = said({ level: "warn" }, (log) => {
    for (const level of ["debug", "info", "warn", "error"] as const) log[level](level);
    log("info");
  });
  assertEquals(lines, ["Warning: warn", "Error: error"]);
});

Deno.test("createLogger() lets no token through, wherever it stands", () => {
  const token = makeToken();
  for (const format of ["text", "json"] as const) {
    const [line] = said({ format }, (log) => log(`got ${token}`, { [token]: token }));
    assertEquals([line!.includes(token), line!.includes("got lsd_…")], [false, true]);
  }
});
