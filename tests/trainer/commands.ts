// Runs the trainer's commands as processes, with the permissions that their tasks have.

const folder = new URL("../../trainer/", import.meta.url).pathname;

export interface CommandResult {
  readonly code: number;
  /** Standard output. */
  readonly answered: string;
  /** Standard error. */
  readonly said: string;
}

export async function run(
  command: "train" | "export" | "evaluate" | "networks" | "table" | "light" | "variants",
  ...args: string[]
): Promise<CommandResult> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      `-P=${command === "networks" ? "networks" : "train"}`,
      `${folder}${command}_command.ts`,
      ...args,
    ],
    stdout: "piped",
    stderr: "piped",
  }).output();
  const [answered, said] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  return { code, answered: answered!, said: said! };
}
