import * as tf from "@tensorflow/tfjs";
import { join } from "@std/path";
import { assertEquals, assertLess, assertRejects, assertThrows } from "@std/assert";
import { findPackage, maxAbsDifference } from "../../../models/package.ts";
import { writeCheckpoint } from "../../../trainer/checkpoint.ts";
import type { Distillation } from "../../../trainer/config.ts";
import { openTeacher } from "../../../trainer/distillation/teacher.ts";
import { createLearner } from "../../../trainer/learner.ts";
import { createRun } from "../../../trainer/run_folder.ts";
import { withTempDir } from "../../helpers/temp_dir.ts";
import { testIf } from "../../helpers/require.ts";
import { MAP_PARITY } from "../../tolerances.ts";
import { testBackends } from "../backends.ts";
import { normalValues } from "../helpers.ts";
import { TINY_SIZE, tinyConfig, writeTinyDataset } from "../tiny_dataset.ts";

const size = { width: TINY_SIZE, height: TINY_SIZE };
const batch = {
  ...{ images: normalValues(2 * 3 * TINY_SIZE ** 2, "images"), count: 2, ...size },
  masks: new Float32Array(2 * TINY_SIZE ** 2),
};

/** A run whose weights are those of its first step. */
async function untrainedTeacher(dir: string): Promise<string> {
  await writeTinyDataset(join(dir, "data"));
  const run = await createRun(join(dir, "teacher"), tinyConfig(join(dir, "data"), { seed: 7 }));
  using learner = createLearner(run.config);
  await writeCheckpoint(run.best, { step: 0, tensors: await learner.save() });
  return run.dir;
}

const distillation = (teacher: string, changes: Partial<Distillation> = {}): Distillation => ({
  ...{ teacher, mapWeight: 1, featureWeight: 1, temperature: 2, bandWeight: 5, inherits: false },
  ...changes,
});

await testIf(
  "tensorflow",
  "a student comes to give its teacher's map",
  () =>
    withTempDir(async (dir) => {
      await testBackends[0].use();
      const before = tf.memory().numTensors;
      {
        const lesson = distillation(await untrainedTeacher(dir));
        using teacher = await openTeacher(lesson.teacher, size);
        // The labels say that all is sound; the untrained teacher says otherwise, and counts.
        using learner = createLearner(
          tinyConfig("no data", {
            ...{ distillation: { ...lesson, mapWeight: 100 }, averageDecay: 0, freezeAfter: 0.5 },
          }),
          { teacher },
        );
        const [wanted = NaN, ...rest] = tf.tidy(() =>
          tf.sigmoid(teacher.answer(tf.tensor4d(batch.images, [2, TINY_SIZE, TINY_SIZE, 3])).logits)
            .dataSync<"float32">()
        );
        const distance = async () => {
          const map = await learner.predict(batch);
          return [wanted, ...rest].reduce((sum, value, at) => sum + Math.abs(value - map[at]!), 0) /
            map.length;
        };
        const first = await distance();
        for (let step = 0; step < 60; step++) {
          await learner.step(batch, { step, learningRate: 1e-2 });
        }
        assertLess(await distance(), first / 2);
        const projections = [...(await learner.save()).keys()].filter((name) =>
          name.startsWith("weight/distillation/")
        );
        assertEquals(projections.length, 5, "the bottom and four levels of the decoder");
      }
      assertEquals(tf.memory().numTensors, before);
    }),
);

await testIf(
  "tensorflow",
  "openTeacher() refuses a run of another size",
  () =>
    withTempDir(async (dir) => {
      await testBackends[0].use();
      const teacher = await untrainedTeacher(dir);
      await assertRejects(
        () => openTeacher(teacher, { width: 32, height: 16 }),
        RangeError,
        "it was trained at 16×16, this run is at 32×16",
      );
      await assertRejects(
        () => openTeacher(teacher, { ...size, crop: 7 }),
        RangeError,
        `Cannot learn from "${teacher}" by windows of 7×7: `,
      );
    }),
);

await testIf(
  "tensorflow",
  "createLearner() refuses a teacher whose inner maps fit none of its own",
  () =>
    withTempDir(async (dir) => {
      await testBackends[0].use();
      const lesson = distillation(await untrainedTeacher(dir));
      using teacher = await openTeacher(lesson.teacher, size);
      const other = { ...teacher, features: [[1, 3, 3, 8]] };
      const config = tinyConfig("no data", { distillation: lesson });
      assertThrows(
        () => createLearner(config, { teacher: other }),
        RangeError,
        "set --feature-weight 0",
      );
      using learner = createLearner(
        { ...config, distillation: { ...lesson, featureWeight: 0 } },
        { teacher: other },
      );
      assertEquals(
        Number.isFinite((await learner.step(batch, { step: 0, learningRate: 0 })).loss),
        true,
      );
    }),
);

await testIf(
  "tensorflow",
  "openTeacher() runs a package as the trainer did, folded norms and all",
  async () => {
    await testBackends[0].use();
    const { dir, golden, card } = await findPackage("models", "unet-tiny");
    const { image, anomaly_map } = await golden();
    using teacher = await openTeacher(dir, card.input);
    const map = tf.tidy(() => {
      const { width, height } = card.input;
      const nhwc = tf.transpose(tf.tensor4d(image, [1, 3, height, width]), [0, 2, 3, 1]);
      return tf.sigmoid(teacher.answer(nhwc as tf.Tensor4D).logits).dataSync<"float32">();
    });
    assertLess(maxAbsDifference(map, anomaly_map), MAP_PARITY);
  },
);
