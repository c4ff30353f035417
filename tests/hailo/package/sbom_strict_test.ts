/** Bills of materials before the strict validator of CycloneDX itself, which npm installs for the test. */
import assert from "node:assert/strict";
import { join } from "node:path";
import step from "../../../lib/steps/package.ts";
import { npm, withoutNpm } from "../../e2e/package.ts";
import { skipReason } from "../../house/skip.ts";
import { runOnDirectories } from "../../steps/hailo_steps.ts";
import { sampleBundle, withFolder } from "../sample_bundle.ts";

const unable = await withoutNpm();

const program = `import { Spec, Validation } from "@cyclonedx/cyclonedx-library";
import { readFileSync } from "node:fs";
const validator = new Validation.JsonStrictValidator(Spec.Version.v1dot6);
const found = await Promise.all(process.argv.slice(2).map((file) => validator.validate(readFileSync(file, "utf8"))));
console.log(JSON.stringify(found));
`;

/** What the validator has against each file; null for nothing. */
async function judged(folder: string, files: string[]): Promise<({ message: string }[] | null)[]> {
  await Deno.writeTextFile(join(folder, "package.json"), "{}");
  await Deno.writeTextFile(join(folder, "validate.mjs"), program);
  const packages = [
    "@cyclonedx/cyclonedx-library@8.5.0",
    "ajv@8.17.1",
    "ajv-formats@3.0.1",
    "ajv-formats-draft2019@1.6.1",
  ];
  await npm(folder, "install", "--omit=optional", "--ignore-scripts", "--prefer-offline", ...packages);
  const args = ["validate.mjs", ...files];
  const { stdout, stderr } = await new Deno.Command("node", { args, cwd: folder, stdin: "null" }).output();
  assert.equal(new TextDecoder().decode(stderr), "");
  return JSON.parse(new TextDecoder().decode(stdout));
}

/** Fields that only some packages have. */
const metric = { value: 0.9, n: 50, of: "windows", origin: "measured" };
const interval = { level: 0.95, lower: 0.8, upper: 0.95, method: "wilson" };
const accuracy = { metrics: { accuracy: { ...metric, interval } }, tables: {}, details: {} };

Deno.test({
  name: "the bill of materials is CycloneDX to its strict validator, which finds a foreign field",
  ignore: skipReason(unable),
  async fn() {
    await withFolder(async (dir) => {
      const files: string[] = [];
      const pack = async (params: Record<string, unknown>, metrics?: unknown) => {
        const out = join(dir, `package-${files.length}`);
        const values = metrics === undefined ? {} : { metrics };
        await runOnDirectories(step, { bundle: await sampleBundle() }, params, out, values);
        files.push(join(out, "sbom.cdx.json"));
      };
      await pack({});
      await pack({ license: "LicenseRef-Acme.1", version: "1.0.0-rc.1" }, accuracy);
      await pack({ license: "GPL-2.0-or-later", targets: ["hailo8", "cpu", "browser", "c"] }, accuracy);
      const odd = join(dir, "odd.json");
      await Deno.writeTextFile(
        odd,
        JSON.stringify({ ...JSON.parse(await Deno.readTextFile(files[0])), odd: 1 }),
      );
      const [foreign, ...found] = await judged(dir, [odd, ...files]);
      assert.deepEqual(found, [null, null, null]);
      assert.match(foreign![0].message, /additional properties/);
    });
  },
});
