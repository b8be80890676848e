import { assertEquals, assertThrows } from "@std/assert";
import { checkExposure, ExposureError } from "../../../runtime/config/exposure.ts";

const open = { insecureNoAuth: false };

Deno.test("checkExposure() has nothing to say on loopback", () => {
  for (const host of ["127.0.0.1", "127.9.9.9", "localhost", "::1"]) {
    assertEquals(checkExposure({ host, auth: open, tls: {} }), []);
  }
});

Deno.test("checkExposure() refuses other addresses without tokens, naming both remedies", () => {
  for (const host of ["0.0.0.0", "::", "192.168.0.1", "127.0.0.1.example.com", "localhost.evil"]) {
    const { message } = assertThrows(
      () => checkExposure({ host, auth: open, tls: {} }),
      ExposureError,
    );
    for (const remedy of ["deno task token make", "--tokens", "--insecure-no-auth"]) {
      assertEquals(message.includes(remedy), true, message);
    }
  }
});

Deno.test("checkExposure() warns of what was chosen: nobody is asked, tokens unencrypted", () => {
  const host = "0.0.0.0";
  const warn = (auth: Parameters<typeof checkExposure>[0]["auth"], tls = {}) =>
    checkExposure({ host, auth, tls }).map((line) =>
      line.replace(/^.*(nobody|unencrypted).*$/, "$1")
    );
  assertEquals(warn({ insecureNoAuth: true }), ["nobody"]);
  assertEquals(warn({ ...open, tokens: "tokens.json" }), ["unencrypted"]);
  assertEquals(warn({ ...open, token: "t".repeat(40) }, { cert: "a", key: "b" }), []);
});
