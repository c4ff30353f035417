/** The npm package, packed from this repository and installed into a folder as a user would. */
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const repository = fileURLToPath(new URL("../../", import.meta.url));

/** What npm says. @throws where it fails. */
export async function npm(cwd: string, ...args: string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command("npm", {
    args: [...args, "--no-audit", "--no-fund", "--no-update-notifier"],
    cwd,
    stdin: "null",
  }).output();
  if (!success) throw new Error(`npm ${args[0]}: ${new TextDecoder().decode(stderr)}`);
  return new TextDecoder().decode(stdout);
}

/**
 * Packs and installs.
 *
 * @param folder Empty folder; gets `node_modules`.
 * @returns Path of the command `motiflow`.
 */
export async function installPackage(folder: string): Promise<string> {
  const packed = await npm(repository, "pack", "--silent", "--pack-destination", folder);
  await Deno.writeTextFile(join(folder, "package.json"), "{}");
  await npm(folder, "install", "--prefer-offline", join(folder, packed.trim().split("\n").at(-1)!));
  return join(folder, "node_modules/.bin/motiflow");
}

/** Why the package cannot be tested here. */
export async function withoutNpm(): Promise<string | false> {
  try {
    await new Deno.Command("npm", { args: ["--version"] }).output();
    const { success } = await new Deno.Command("npm", { args: ["ping"], stdin: "null" }).output();
    return !success && "npm's registry is out of reach";
  } catch {
    return "no npm";
  }
}

if (import.meta.main) console.log(await installPackage(Deno.args[0]!));
