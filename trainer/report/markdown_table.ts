// Rows of cells as a Markdown table. Knows nothing of what stands in them.

/**
 * The first row is the heading. Columns are padded to one width, as `deno fmt` leaves them.
 *
 * @param align One entry a column.
 */
export function markdownTable(
  rows: readonly (readonly string[])[],
  align: readonly ("left" | "right")[],
): string {
  const widths = align.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const line = (cell: (column: number, width: number) => string) =>
    `| ${widths.map((width, column) => cell(column, width)).join(" | ")} |`;
  const [heading, ...body] = rows.map((row) =>
    line((column, width) =>
      align[column] === "right" ? row[column]!.padStart(width) : row[column]!.padEnd(width)
    )
  );
  const rule = line((column, width) =>
    align[column] === "right" ? `${"-".repeat(width - 1)}:` : "-".repeat(width)
  );
  return [heading, rule, ...body].join("\n");
}
