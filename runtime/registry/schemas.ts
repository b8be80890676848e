// The bodies that the admin routes take. Numbers without a unit in their name are shares or scores, 0..1.

import { z } from "zod";
import { SEMVER } from "../../models/semver.ts";

export const versionSchema = z.string().max(64).regex(
  SEMVER,
  "must be a semantic version like 1.2.3",
);
const unit = z.number().min(0).max(1);

/** `POST /v1/models/{name}/switch` */
export const switchSchema = z.strictObject({
  version: versionSchema,
  /** How long the new version is watched and the one before kept warm, in ms; 0 does not watch. */
  watchMs: z.int().min(0).max(86_400_000).optional(),
  /** Switches to a version that is many times slower, too. */
  force: z.boolean().optional(),
});

/** `POST /v1/models/{name}/canary` */
export const canarySchema = z.strictObject({ version: versionSchema, share: unit });

/** `POST /v1/models/{name}/shadow` */
export const shadowSchema = z.strictObject({ version: versionSchema });

/** `PUT /v1/models/{name}/threshold` */
export const levelsSchema = z.strictObject({ threshold: unit, minRegionScore: unit.optional() });

/** `POST …/load`, `…/unload` and `…/rollback`: nothing, or an empty object. */
export const emptySchema = z.strictObject({});
