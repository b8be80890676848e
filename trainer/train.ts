// The training loop: learning rate → step → log → evaluate → checkpoint. Knows no flag and no operation.

import { scanDataset } from "../models/dataset.ts";
import { encodePng } from "../models/encode.ts";
import { progressBar } from "../models/progress.ts";
import { samplesOf } from "../models/split.ts";
import { exists } from "../models/files.ts";
import { removePartials } from "../models/write_atomically.ts";
import { checkData } from "./check_data.ts";
import { readCheckpoint, readStart, writeCheckpoint } from "./checkpoint.ts";
import { inputOf } from "./config.ts";
import { type Look, takesLead } from "./best_look.ts";
import { lostPatience } from "./early_stop.ts";
import { listMoreGood } from "./data/more_good.ts";
import { createPrefetcher } from "./data/prefetcher.ts";
import { dataRoot } from "./data/root.ts";
import { createSampleCache, divideCache } from "./data/sample_cache.ts";
import { withStandIns } from "./data/synthetic/stand_in.ts";
import { openRounding } from "./quantization/run_rounding.ts";
import { inheritEncoder } from "./distillation/inherit_encoder.ts";
import { openTeacher } from "./distillation/teacher.ts";
import { measuredSamples } from "./evaluation_source.ts";
import { createLearner } from "./learner.ts";
import { describeEncoder, readPinnedEncoder } from "./pretrained/encoder_file.ts";
import { drawOutlines } from "./report/outlines.ts";
import { openRunLog } from "./run_log.ts";
import { openRun, type RunFolder } from "./run_folder.ts";
import { getNetwork } from "./networks/presets.ts";
import { plan } from "./ops/plan.ts";
import { learningRateAt } from "./schedule.ts";
import { openEventFile } from "./tensorboard/event_file.ts";
import { chooseSamples, validate } from "./validate.ts";

/** A loss or a gradient that is not finite any more. */
export class DivergedError extends Error {
  override readonly name = "DivergedError";
}

/**
 * Trains a run to its last step, from its last checkpoint if it has one. The backend must be set.
 *
 * @param stop Ends the run after the step at hand, with a checkpoint.
 * @param say Takes a line that says what the run started with.
 * @returns Steps taken in all, and whether `stop` ended it.
 * @throws DivergedError when the loss or its gradient is not finite; the last checkpoint is kept.
 */
export async function train(
  run: RunFolder,
  stop: AbortSignal,
  say: (line: string) => void = console.error,
): Promise<{ readonly step: number; readonly isStopped: boolean }> {
  const { config, split } = run;
  await removePartials(run.dir);
  const root = await dataRoot(config.data);
  const samples = await scanDataset(root, config.products);
  const data = { root, samples, split };
  await checkData({ ...data, splitFile: run.splitFile }, inputOf(config), say);
  const watched = chooseSamples(
    measuredSamples(data, "validation"),
    config.evaluateImages,
    config.seed,
  );
  const memory = divideCache(config, watched.length);
  const decoded = createSampleCache(root, config, memory.validation);
  const cache = { load: withStandIns(decoded.load, split.seed) };

  using teacher = config.distillation === null
    ? undefined
    : await openTeacher(config.distillation.teacher, config);
  const more = config.moreGood === null
    ? []
    : await listMoreGood(config.moreGood, { root, products: config.products, split });
  const shown = [...samplesOf(split, "train", samples), ...more];
  const rounding = config.roundsNumbers
    ? await openRounding(run, { root, samples: shown })
    : undefined;
  using learner = createLearner(config, { teacher, rounding });
  let [step, skipped] = [0, 0];
  if (await exists(run.last)) {
    const checkpoint = await readCheckpoint(run.last);
    learner.restore(checkpoint.tensors);
    ({ step, skipped = 0 } = checkpoint);
  } else if (config.from !== null) {
    learner.startFrom((await readStart(await openRun(config.from))).tensors);
  } else if (config.encoder !== null) {
    const { weights, report } = await readPinnedEncoder(config.encoder, config);
    learner.startEncoder(weights);
    say(describeEncoder(config.encoder.file, report));
  } else if (teacher !== undefined && config.distillation?.inherits) {
    const planned = plan(getNetwork(config.network, config.preset), config).weights;
    const inherited = inheritEncoder(planned, teacher.weights);
    learner.startEncoder(inherited);
    say(`encoder: ${inherited.size} weights of "${config.distillation.teacher}"`);
  }
  const save = async (file: string) =>
    await writeCheckpoint(file, { step, skipped, tensors: await learner.save() });

  const source = {
    ...config,
    root,
    samples: shown,
    cropGrid: learner.windowGrid,
    cropSteps: config.cropUntil * config.steps,
  };
  using prefetcher = createPrefetcher(source, {
    ...{ workers: config.workers, first: step, end: config.steps, maxBytes: memory.train },
  });
  using runLog = await openRunLog(run.log, step);
  using progress = progressBar({ label: "train", total: config.steps, done: step });
  using events = await openEventFile(run.dir, step);
  const looks: Look[] = runLog.looks();
  const before = lostPatience(looks, step, config);
  let [note, ended] = ["", before?.nextStep === config.steps ? before.reason : null];

  while (step < config.steps && !stop.aborted && ended === null) {
    const learningRate = learningRateAt(step, config);
    const batch = await prefetcher.next();
    const start = performance.now();
    const { loss, gradientNorm } = await learner.step(batch, { step, skipped, learningRate });
    const stepMs = performance.now() - start;
    if (!Number.isFinite(loss) || !Number.isFinite(gradientNorm)) {
      const kept = await exists(run.last)
        ? `The last checkpoint is kept in "${run.last}": --from ${run.dir} starts another run with its weights, in another --out`
        : "There is no checkpoint yet: start again, in another --out";
      throw new DivergedError(
        `The loss is ${loss} and the gradient's norm ${gradientNorm} at step ${step}: try a smaller --learning-rate than ${config.learningRate}. ${kept}`,
      );
    }
    step++;
    runLog.step({ step, loss, gradientNorm, learningRate, stepMs, waitedMs: batch.waitedMs });

    events.scalar("train/loss", step, loss);
    events.scalar("train/gradient_norm", step, gradientNorm);
    events.scalar("train/learning_rate", step, learningRate);

    const isLast = step === config.steps;
    if (watched.length > 0 && (isLast || step % config.evaluateEvery === 0)) {
      const { validation, pictures } = await validate(learner, watched, cache);
      runLog.evaluation({ step, ...validation });
      looks.push({ step, score: validation.iouImage, ious: validation.ious });
      events.scalar("validation/iou_image", step, validation.iouImage);
      events.scalar("validation/iou_defect", step, validation.iouDefect);
      for (const { path, image, truth, predicted } of pictures) {
        const png = await encodePng(drawOutlines(image, truth, predicted));
        events.image(`validation/${path}`, step, png);
      }
      note = ` iou_image ${validation.iouImage.toFixed(3)} iou_defect ${
        validation.iouDefect.toFixed(3)
      }`;
      if (takesLead(looks)) await save(run.best);
    }
    const lost = isLast ? null : lostPatience(looks, step, config);
    if (lost?.nextStep === config.steps) ended = lost.reason;
    else if (lost !== null && lost.nextStep > step) {
      say(`${lost.reason}: goes on at step ${lost.nextStep}`);
      skipped += lost.nextStep - step;
      prefetcher.skipTo(step = lost.nextStep);
    }
    if (isLast || stop.aborted || lost !== null || step % config.checkpointEvery === 0) {
      await runLog.sync();
      await save(run.last);
    }
    progress.update(step, `loss ${runLog.smoothedLoss().toFixed(4)}${note}`);
  }
  if (ended !== null) say(`${ended}: stopped early`);
  return { step, isStopped: stop.aborted && step < config.steps };
}
