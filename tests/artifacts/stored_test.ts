import assert from "node:assert/strict";
import { join } from "node:path";
import { storedArtifact } from "../../lib/artifacts/stored.ts";

Deno.test("storedArtifact() finds a content id in the nearest store above, and says what is missing", async () => {
  const top = await Deno.makeTempDir({ prefix: "motiflow-stored-" });
  try {
    const inside = join(top, "out/hapt/report");
    await Deno.mkdir(inside, { recursive: true });
    assert.throws(
      () => storedArtifact("abc", inside),
      /lies in no project with results[^]*where its workflow was run/,
    );
    await Deno.mkdir(join(top, ".motiflow/artifacts/abc"), { recursive: true });
    await Deno.mkdir(join(top, ".motiflow/secret"));
    assert.equal(storedArtifact("abc", inside), join(top, ".motiflow/artifacts/abc"));
    assert.throws(
      () => storedArtifact("abd", inside),
      /abd: the project's store does not hold it[^]*--run latest/,
    );
    assert.throws(() => storedArtifact("../secret", inside), /does not hold it/);
    assert.throws(() => storedArtifact("", inside), /does not hold it/);
  } finally {
    await Deno.remove(top, { recursive: true });
  }
});
