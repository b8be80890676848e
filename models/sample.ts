// One labelled picture of a data set. Plain data: knows no folder layout and no pixels.

/** What a sample without a defect has in the place of a defect's type. */
export const GOOD = "good";

/** One picture of a data set. Paths are relative to the root and use `/`. */
export interface Sample {
  readonly product: string;
  readonly path: string;
  /** `good`, or the type of the defect. */
  readonly defect: string;
  /** Where the defect is outlined; absent for good ones. */
  readonly maskPath?: string;
}
