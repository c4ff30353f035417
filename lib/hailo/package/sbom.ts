/** The bill of materials: the model, what it was trained on and what runs it, as CycloneDX 1.6 JSON. */
import type { ManifestFile } from "../../artifacts/package.ts";
import { type PackageFacts, quoted } from "./facts.ts";
import { isListed } from "./license_id.ts";

/** A UUID (version 5 layout) made from a hash, so that equal packages have equal serial numbers. */
function uuidOf(hex: string): string {
  const variant = ((Number.parseInt(hex[16], 16) & 3) | 8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${
    hex.slice(20, 32)
  }`;
}

/** The metrics that the model card quotes; `slice` says on how many of what. */
function performanceMetrics({ metrics }: PackageFacts) {
  return quoted.flatMap((name) => {
    const metric = metrics?.metrics[name];
    if (metric === undefined || metric.value === null) return [];
    const { interval } = metric;
    return [{
      type: name,
      value: String(metric.value),
      slice: `n = ${metric.n} ${metric.of}, ${metric.origin}`,
      ...(interval === undefined ? {} : {
        confidenceInterval: { lowerBound: String(interval.lower), upperBound: String(interval.upper) },
      }),
    }];
  });
}

/**
 * Builds the document.
 *
 * @param models Manifest rows of the model files.
 * @param seed A hash that identifies the content, for the serial number.
 * @param webRuntime Version of ONNX Runtime in the package, where it has a page.
 */
export function sbom(
  facts: PackageFacts,
  models: readonly ManifestFile[],
  seed: string,
  webRuntime?: string,
) {
  const runtime = webRuntime === undefined ? [] : [`pkg:npm/onnxruntime-web@${webRuntime}`];
  const { name, version, license, metadata, compile, benchmark } = facts;
  const ref = `model:${name}@${version}`;
  const property = (key: string, value: unknown) => ({ name: `motiflow:${key}`, value: String(value) });
  const tools = [
    { type: "application", name: "motiflow" },
    ...(compile?.sdk === null || compile === null
      ? []
      : [{ type: "application", name: "hailo-dataflow-compiler", version: compile.sdk }]),
  ];
  return {
    $schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    serialNumber: `urn:uuid:${uuidOf(seed)}`,
    version: 1,
    metadata: {
      tools: { components: tools },
      component: { type: "application", "bom-ref": `package:${name}@${version}`, name, version },
    },
    components: [
      {
        type: "machine-learning-model",
        "bom-ref": ref,
        name,
        version,
        licenses: [{ license: isListed(license) ? { id: license } : { name: license } }],
        modelCard: {
          modelParameters: {
            approach: { type: "supervised" },
            task: "classification",
            architectureFamily: "convolutional network with finite scalar quantisation",
            datasets: [{ ref: "data:training" }],
            inputs: [{ format: "float32 [1, channels, sensors, length]" }],
            outputs: [{ format: "code, label, probabilities" }],
          },
          quantitativeAnalysis: { performanceMetrics: performanceMetrics(facts) },
        },
        properties: [
          property("levels", JSON.stringify(metadata.levels)),
          property("hef", facts.status.hef),
          property("latency-origin", benchmark === null ? "not-measured" : benchmark.origin),
        ],
        components: models.map((file) => ({
          type: "file",
          "bom-ref": `file:${file.path}`,
          name: file.path,
          hashes: [{ alg: "SHA-256", content: file.sha256 }],
        })),
      },
      ...runtime.map((purl) => ({
        type: "library",
        "bom-ref": purl,
        name: "onnxruntime-web",
        version: purl.slice(purl.lastIndexOf("@") + 1),
        purl,
        licenses: [{ license: { id: "MIT" } }],
      })),
      {
        type: "data",
        "bom-ref": "data:training",
        name: "training recordings",
        data: [{
          type: "dataset",
          name: "training recordings",
          classification: facts.dataOrigin ?? "unknown",
        }],
      },
    ],
    dependencies: [
      { ref: `package:${name}@${version}`, dependsOn: [ref, ...runtime] },
      { ref, dependsOn: ["data:training"] },
    ],
  };
}
