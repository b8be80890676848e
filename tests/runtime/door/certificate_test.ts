import { assertEquals, assertRejects } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { readCertificate } from "../../../runtime/door/certificate.ts";

const TLS = fromFileUrl(new URL("../../helpers/tls/", import.meta.url));

Deno.test("readCertificate() reads a pair that fits", async () => {
  const { subject, expires } = await readCertificate({
    cert: `${TLS}one.crt`,
    key: `${TLS}one.key`,
  });
  assertEquals([subject, expires.getFullYear() > 2100], ["CN=one", true]);
});

Deno.test("readCertificate() names the file that is wrong", async () => {
  const refuse = (cert: string, key: string, hint: string) =>
    assertRejects(() => readCertificate({ cert: TLS + cert, key: TLS + key }), TypeError, hint);
  await refuse("one.crt", "two.key", 'two.key" is not its private key');
  await refuse("gone.crt", "one.key", "gone.crt");
  await refuse("make.sh", "one.key", "holds no certificate in PEM");
  await refuse("one.crt", "one.crt", "holds no private key in PEM");
});
