import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { runCommand } from "../helpers/server_process.ts";
import { withTempDir } from "../helpers/temp_dir.ts";
import { writeTinyPackage } from "../helpers/tiny_model.ts";

const bench = (...args: string[]) => runCommand(["-P=load", "runtime/bench_load.ts", ...args]);

Deno.test("deno task bench:load measures all scenarios and writes JSON", () =>
  withTempDir(async (dir) => {
    await writeTinyPackage(join(dir, "models", "tiny", "1.0.0"));
    const json = join(dir, "out", "load.json");
    const { code, err } = await bench(
      ...[`--models=${join(dir, "models")}`, "--model=tiny", `--json=${json}`],
      ...["--rounds=1", "--frames=20", "--seconds=5", "--load=0.2", "--threads=1"],
      ...["--swaps=2", "--swap-load=0.02", "--pause-ms=300", "--streams=2"],
    );
    assert(code === 0 || code === 1, err); // bars may be missed: this box is busy with tests
    const { machine, scenarios } = JSON.parse(await Deno.readTextFile(json));
    assertEquals([typeof machine.cpu, Object.keys(scenarios)], ["string", [
      "single",
      "overload",
      "swaps",
    ]]);
    const figures: { name: string; value: number }[] = Object.values(scenarios).flat() as [];
    assert(figures.every(({ value }) => Number.isFinite(value)), JSON.stringify(figures));
    const valueOf = (name: string) => figures.find((figure) => figure.name === name)?.value;
    assertEquals(valueOf("streams whose counters differ from the client's"), 0);
    assertEquals([valueOf("swaps"), valueOf("frames lost or failed")], [2, 0]);
    assertEquals(valueOf("looks at counters that did not add up"), 0);
  }));

Deno.test("deno task bench:load refuses a scenario that it does not know", async () => {
  const { code, err } = await bench("--scenario=storm");
  assertEquals([code, err.includes("--scenario")], [2, true], err);
});
