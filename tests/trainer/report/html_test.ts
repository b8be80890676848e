import { assertEquals } from "@std/assert";
import { html } from "../../../trainer/report/html.ts";

Deno.test("html escapes texts, takes markup as it is, and lists part after part", () => {
  const name = `<b>"R&D"</b> 'x'`;
  const inner = html`<i>${name}</i>`;
  assertEquals(inner.markup, "<i>&lt;b&gt;&quot;R&amp;D&quot;&lt;/b&gt; &#39;x&#39;</i>");
  assertEquals(
    html`<p>${inner}${[inner, inner]}${3}</p>`.markup,
    `<p>${inner.markup.repeat(3)}3</p>`,
  );
});
