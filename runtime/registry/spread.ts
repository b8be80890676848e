// Spreads a share evenly over a sequence, without randomness.

/**
 * A function that says true for `share` (0..1) of its calls, as evenly as whole calls allow: after n calls
 * it has said true ⌊n × share⌋ times.
 */
export function createSpread(share: number): () => boolean {
  let calls = 0;
  let given = 0;
  return () => {
    calls++;
    if (Math.floor(calls * share) === given) return false;
    given++;
    return true;
  };
}
