// Names. One scope path names the weight, the initializer and the node, so that an error deep in a session names the block.

/** Gives every weight and every node of one reading of a network a name of its own. */
export interface Namer {
  scope<R>(name: string, body: () => R): R;
  /** Path of a weight, `encoder/0/conv1/kernel`. @throws RangeError when the network names two weights alike. */
  weight(name: string): string;
  /** Path of a node: the scope and the operation, numbered from the second on. */
  node(op: string): string;
}

export function createNamer(): Namer {
  const path: string[] = [];
  const weights = new Set<string>();
  const nodes = new Map<string, number>();

  return {
    scope(name, body) {
      if (!/^[\w.-]+$/.test(name)) {
        throw new RangeError(`Cannot open scope "${name}": use letters, digits, "_", "." and "-"`);
      }
      path.push(name);
      try {
        return body();
      } finally {
        path.pop();
      }
    },
    weight(name) {
      const full = [...path, name].join("/");
      if (weights.has(full)) throw new RangeError(`Cannot name two weights "${full}": add a scope`);
      weights.add(full);
      return full;
    },
    node(op) {
      const full = [...path, op].join("/");
      const count = (nodes.get(full) ?? 0) + 1;
      nodes.set(full, count);
      return count === 1 ? full : `${full}_${count}`;
    },
  };
}
