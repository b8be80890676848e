import { assertEquals } from "@std/assert";
import { formatNetworks } from "../../trainer/networks_table.ts";

const facts = { parameters: 12_345_678, multiplyAdds: 987_654_321, features: 8, nodes: 455 };

Deno.test("formatNetworks() gives a row a preset, with a dash where there are no taps", () => {
  assertEquals(
    formatNetworks([
      { network: "unet", preset: "tiny", ...facts, taps: [], bytes: 50_000 },
      { network: "dpt", preset: "base", ...facts, taps: [3, 6, 9, 12], bytes: 438_940_000 },
    ]),
    `
| network | preset | parameters (M) | multiply-adds (G) |        taps | features | ONNX nodes | fp32 file (MB) |
| ------- | ------ | -------------: | ----------------: | ----------: | -------: | ---------: | -------------: |
| unet    | tiny   |          12.35 |              0.99 |           – |        8 |        455 |            0.1 |
| dpt     | base   |          12.35 |              0.99 | 3, 6, 9, 12 |        8 |        455 |          438.9 |
`.trim(),
  );
});
