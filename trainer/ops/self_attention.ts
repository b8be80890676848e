// Self-attention as its parts, for interpreters that have no better way. Each linear layer is in a scope of its name.

import type { AttentionOptions, Ops, SelfAttentionWeights } from "./ops.ts";

export function composedSelfAttention<T>(
  ops: Pick<Ops<T>, "scope" | "linear" | "attention">,
  x: T,
  { query, key, value }: SelfAttentionWeights<T>,
  options: AttentionOptions,
): T {
  const queries = ops.scope("query", () => ops.linear(x, query.matrix, query.bias));
  const keys = ops.scope("key", () => ops.linear(x, key.matrix, key.bias));
  const values = ops.scope("value", () => ops.linear(x, value.matrix, value.bias));
  return ops.attention(queries, keys, values, options);
}
