// Markup in which every text is escaped, because there is no way to put one in that is not. Knows no page.

/** Markup that is safe as it stands: made by `html`, or by the program from no outside text. */
export interface Html {
  readonly markup: string;
}

/** What may stand in a template: texts and numbers are escaped, markup is taken as it is, a list part after part. */
export type HtmlPart = string | number | Html | readonly Html[];

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Tag of a template; its parts may stand between tags and inside quoted attributes. */
export function html(strings: TemplateStringsArray, ...parts: readonly HtmlPart[]): Html {
  const markup = strings.map((text, i) => text + (i < parts.length ? markupOf(parts[i]!) : ""));
  return { markup: markup.join("") };
}

function markupOf(part: HtmlPart): string {
  if (typeof part === "number") return String(part);
  if (typeof part === "string") return part.replace(/[&<>"']/g, (sign) => ESCAPES[sign]!);
  return "markup" in part ? part.markup : part.map(({ markup }) => markup).join("");
}
