// Aligned columns of text, for logs and benches.

/** Rows of cells as lines of padded columns, two spaces apart. The last column is not padded. */
export function formatTable(
  rows: readonly (readonly string[])[],
  align: readonly ("left" | "right")[],
): string {
  const widths = align.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows
    .map((row) =>
      row.map((cell, column) =>
        align[column] === "right" ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!)
      ).join("  ").trimEnd()
    )
    .join("\n");
}
