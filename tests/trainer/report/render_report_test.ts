import { assertEquals, assertStringIncludes } from "@std/assert";
import { createRandom } from "../../../models/random.ts";
import { createReportCollector } from "../../../trainer/report/collector.ts";
import { renderReport } from "../../../trainer/report/render_report.ts";
import type { ReportData } from "../../../trainer/report/report_data.ts";
import { noisySample } from "../data/samples.ts";

/** Eight samples; of the defective ones half are found, one good one raises an alarm. */
async function collected() {
  const collector = createReportCollector(2);
  const random = createRandom(0);
  for (let i = 0; i < 8; i++) {
    const { image, mask } = noisySample(12, 10, i);
    const isDefective = i % 2 === 1;
    const truth = isDefective ? mask : { ...mask, data: new Uint8Array(120) };
    const found = i === 0 || i === 1 || i === 3;
    const data = Float32Array.from(mask.data, (v) => found && v ? 0.9 : 0.3 * random.next());
    collector.add({
      sample: { product: "p<1>", defect: isDefective ? "dent" : "good", path: `p/${i}.png` },
      ...{ image, truth, map: { width: 12, height: 10, data } },
      mask: { width: 12, height: 10, data: Uint8Array.from(data, (v) => v >= 0.5 ? 1 : 0) },
    });
  }
  return await collector.result();
}

Deno.test("createReportCollector() has rows by type, all scores, and the pictures that matter", async () => {
  const { defects, scores, pictures } = await collected();
  assertEquals(defects.map(({ defect, metrics }) => [defect, metrics.images, metrics.iou_image]), [
    ["good", 4, 0.75],
    ["dent", 4, 0.5],
  ]);
  assertEquals(scores.length, 8);
  assertEquals(pictures.worst.map(({ path, iou }) => [path, iou]), [["p/5.png", 0], [
    "p/7.png",
    0,
  ]]);
  assertEquals(pictures.best.map(({ path, iou }) => [path, iou]), [["p/1.png", 1], ["p/3.png", 1]]);
  assertEquals(pictures.falseAlarms.map(({ path, predictedPixels }) => [path, predictedPixels]), [
    ["p/0.png", 16],
  ]);
});

const metrics = { images: 8, iou_image: 0.625, all_empty: 0.5, iou_defect: 0.5, auroc_image: 0.9 };

async function page(changes: Partial<ReportData> = {}): Promise<string> {
  return renderReport({
    title: `caps & "pins"`,
    facts: [{ name: "Input", value: "12×10" }],
    threshold: 0.5,
    alarmLevel: 0.5,
    overall: metrics,
    products: [{ product: "p<1>", metrics }],
    ...await collected(),
    precisionRecall: [
      { threshold: 0.9, precision: 1, recall: 0.5 },
      { threshold: 0.1, precision: 0.2, recall: 1 },
    ],
    training: {
      loss: [{ x: 1, y: 2 }, { x: 2, y: 1 }],
      iouImage: [{ x: 2, y: 0.6 }],
      iouDefect: [],
    },
    ...changes,
  }, "p{}");
}

Deno.test("renderReport() is one page that loads nothing, every text escaped", async () => {
  const text = await page();
  assertStringIncludes(text, "<title>caps &amp; &quot;pins&quot;: evaluation</title>");
  assertStringIncludes(text, "p&lt;1&gt;");
  assertEquals(text.includes("p<1>"), false);
  assertEquals([...text.matchAll(/(?:src|href)="(?!data:image\/png;base64,)/g)].length, 0);
  assertEquals(text.match(/<svg viewBox[^>]*role="img"/g)?.length, 4);
  assertEquals(text.match(/<img /g)?.length, 10);
  for (
    const words of ["0.6250", "all_empty", "auroc_image", "Worst defects", "False alarms", "Loss"]
  ) {
    assertStringIncludes(text, words);
  }
});

Deno.test("renderReport() leaves out what was not measured", async () => {
  const { training: _, ...whole } = { training: undefined };
  const none = { worst: [], best: [], falseAlarms: [] };
  const text = await page({ ...whole, precisionRecall: [], pictures: none });
  assertEquals(text.match(/<svg viewBox[^>]*role="img"/g)?.length, 3);
  assertEquals(/Precision and recall|Worst defects/.test(text), false);
});

Deno.test("renderReport() counts alarms by the level that a region has to reach, and marks both levels", async () => {
  const scores = [0.4, 0.6, 0.9].map((score) => ({ product: "p", isDefect: false, score }));
  const text = await page({
    threshold: 0.5,
    alarmLevel: 0.8,
    scores: scores as ReportData["scores"],
  });
  assertStringIncludes(text, "1 of 3 good images score at or above the alarm level of 0.8");
  for (const mark of ["threshold 0.5", "alarm level 0.8"]) {
    assertStringIncludes(text, `>${mark}</text>`);
  }
});

Deno.test("renderReport() tells precision and recall at the threshold alone, not at a score near it", async () => {
  const near = { threshold: 0.9, precision: 1, recall: 0.5 };
  const at = { threshold: 0.5, precision: 0.25, recall: 0.5 };
  const text = await page({ precisionRecall: [near, at] });
  assertStringIncludes(text, "At the threshold precision is 0.250 and recall 0.500.");
  assertStringIncludes(
    await page({ precisionRecall: [near] }),
    "No pixel of a defect reaches the threshold.",
  );
});
