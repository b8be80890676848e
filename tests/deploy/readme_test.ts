// Runs the commands of deploy/README.md in a folder that stands for the root of a box. What would change this one, or fetch
// something, is a stand-in.

import { assert, assertEquals } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { exists } from "../../models/files.ts";
import { listPackages } from "../../models/package.ts";
import { withTempDir } from "../helpers/temp_dir.ts";

const project = fromFileUrl(new URL("../../", import.meta.url));
const readme = await Deno.readTextFile(join(project, "deploy/README.md"));
const settings = JSON.parse(
  await Deno.readTextFile(join(project, "deploy/lineside.example.json")),
);
const { tls, auth } = settings;
/** Files that the example's settings name. */
const named: string[] = [tls.cert, tls.key, auth.tokens];

const DENO = Deno.execPath();
const STAND_INS: Readonly<Record<string, string>> = {
  npx: `echo ${DENO}`,
  deno: `if [ "$1" = cache ]; then shift; ls "$@"; else exec ${DENO} "$@"; fi`,
  openssl: `while [ $# -gt 0 ]; do case $1 in -keyout | -out) : > "$2" ;; esac; shift; done`,
  // Without owners, who are not there: "-g lineside" and "-o 10001" go.
  install: `for word; do
  shift
  case "$owner$word" in
    -g | -o) owner=yes ;;
    yes*) owner= ;;
    *) set -- "$@" "$word" ;;
  esac
done
exec /usr/bin/install "$@"`,
  ...{ useradd: ":", systemctl: ":", docker: ":" },
};

interface Box {
  /** Stands for /. */
  readonly root: string;
  /** The project's folder on it. */
  readonly checkout: string;
}

/** A box with a copy of the project on it, without the secrets that whoever runs the tests may have. */
async function makeBox(dir: string): Promise<Box> {
  const box = { root: join(dir, "root"), checkout: join(dir, "lineside") };
  for (const path of ["bin", "etc/systemd/system", "opt", "usr/local/bin", "var/lib"]) {
    await Deno.mkdir(join(box.root, path), { recursive: true });
  }
  for (const [name, script] of Object.entries(STAND_INS)) {
    await Deno.writeTextFile(join(box.root, "bin", name), `#!/bin/sh\n${script}\n`, {
      mode: 0o755,
    });
  }
  await Deno.mkdir(join(box.checkout, "deploy"), { recursive: true });
  for await (const { name, isFile } of Deno.readDir(join(project, "deploy"))) {
    const path = join("deploy", name);
    if (isFile) await Deno.copyFile(join(project, path), join(box.checkout, path));
  }
  const others = ["deno.json", "deno.lock", "models", "runtime"];
  const { success } = await new Deno.Command("cp", {
    args: ["-r", ...others.map((name) => join(project, name)), box.checkout],
  }).output();
  assert(success);
  return box;
}

/** Runs the first commands of a chapter; the box's root takes the place of /. */
async function follow(chapter: string, { root, checkout }: Box): Promise<void> {
  const text = readme.split(/^## /m).find((text) => text.startsWith(`${chapter}\n`))!;
  const commands = text.match(/^```sh\n(.*?)^```$/ms)![1]!;
  const script = commands.replaceAll(/(?<!\w)\/(?=(etc|opt|usr|var)\/)/g, `${root}/`);
  const { success, stderr } = await new Deno.Command("sh", {
    args: ["-e", "-c", script],
    cwd: checkout,
    env: { PATH: `${join(root, "bin")}:/usr/bin:/bin` },
  }).output();
  assert(success, new TextDecoder().decode(stderr));
}

async function assertThere(paths: readonly string[]): Promise<void> {
  for (const path of paths) assert(await exists(path), path);
}

Deno.test("followed, the container's chapter makes what compose.yaml mounts", () =>
  withTempDir(async (dir) => {
    const box = await makeBox(dir);
    await follow("Before", box);
    await follow("A container", box);
    const compose = await Deno.readTextFile(join(project, "deploy/compose.yaml"));
    const mounts = [...compose.matchAll(/^ +- (\.\S+?):(\/\S+?):ro$/gm)];
    const onBox = (path: string) => {
      const [, from, to] = mounts.find(([, , to]) => path.startsWith(to!))!;
      return join(box.checkout, "deploy", from!, path.slice(to!.length));
    };
    await assertThere(["/etc/lineside/lineside.json", ...named, settings.models].map(onBox));
  }));

Deno.test("followed, the unit's chapter puts in place what the unit and its settings name, and no secret beside the code", () =>
  withTempDir(async (dir) => {
    const box = await makeBox(dir);
    // As where npm has put its own there.
    await Deno.symlink("../lib/node_modules/deno/bin.cjs", join(box.root, "usr/local/bin/deno"));
    await follow("Before", box);
    await follow("A container", box); // whoever has tried that first has secrets in deploy/, too
    await follow("A systemd unit", box);
    const at = (path: string) => join(box.root, path);
    const unit = await Deno.readTextFile(at("/etc/systemd/system/lineside.service"));
    const home = unit.match(/^WorkingDirectory=(.+)$/m)![1]!;
    const [deno, config] = unit.match(/^ExecStart=(\S+) .* runtime\/serve\.ts --config (\S+)$/m)!
      .slice(1) as [string, string];
    await assertThere(
      [deno, config, join(home, "runtime/serve.ts"), ...named].map(at),
    );
    const names = (await listPackages(at(settings.models))).map(({ name }) => name);
    assertEquals(settings.model.filter((name: string) => !names.includes(name)), []);
    assertEquals(await exists(at(join(home, "deploy/secrets"))), false);
  }));
