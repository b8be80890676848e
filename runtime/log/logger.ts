// What the server says of itself: lines for people or JSON objects, from a level on. Tokens never get
// through. Knows nothing of who speaks.

export const LOG_FORMATS = ["text", "json"] as const;
export const LOG_LEVELS = ["debug", "info", "warn", "error"] as const;
export type LogLevel = typeof LOG_LEVELS[number];

/** What belongs to a message, by name: plain values only. */
export type Fields = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** Called itself it is `info`, so that it also fits where a line of text is all there is to say. */
export interface Logger {
  (message: string, fields?: Fields): void;
  debug(message: string, fields?: Fields): void;
  info(message: string, fields?: Fields): void;
  warn(message: string, fields?: Fields): void;
  error(message: string, fields?: Fields): void;
}

export interface LoggerOptions {
  /** @default {"text"} */
  readonly format?: typeof LOG_FORMATS[number];
  /** The least level that is written. @default {"info"} */
  readonly level?: LogLevel;
  /** Takes one line, without its end. @default {console.error} */
  readonly write?: (line: string) => void;
  /** Milliseconds since 1970. @default {Date.now} */
  readonly now?: () => number;
}

/** The tokens of `auth/token.ts`, wherever they stand in a text. */
const TOKEN = /lsd_[\w-]{8,}/g;

export function createLogger(options: LoggerOptions = {}): Logger {
  const { format = "text", level = "info", now = Date.now } = options;
  const { write = (line) => console.error(line) } = options;
  const least = LOG_LEVELS.indexOf(level);

  function at(level: LogLevel) {
    if (LOG_LEVELS.indexOf(level) < least) return () => {};
    return (message: string, fields: Fields = {}) => {
      const time = new Date(now()).toISOString();
      const line = format === "json"
        ? JSON.stringify({ ...fields, time, level, message })
        : toText(level, message, fields);
      write(line.replaceAll(TOKEN, "lsd_…"));
    };
  }

  const [debug, info, warn, error] = LOG_LEVELS.map(at) as [
    Logger["debug"],
    Logger["info"],
    Logger["warn"],
    Logger["error"],
  ];
  return Object.assign(
    (message: string, fields?: Fields) => info(message, fields),
    { debug, info, warn, error },
  );
}

/** The level where it says something, the message, the fields behind. */
function toText(level: LogLevel, message: string, fields: Fields): string {
  const named = Object.entries(fields).filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${typeof value === "string" ? JSON.stringify(value) : value}`);
  const prefix = level === "warn" ? "Warning: " : level === "error" ? "Error: " : "";
  return [prefix + message, ...named].join(" ");
}
