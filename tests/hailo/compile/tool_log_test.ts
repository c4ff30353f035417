import assert from "node:assert/strict";
import {
  classifyFailure,
  lastErrors,
  parserRefusals,
  toolFacts,
} from "../../../lib/hailo/compile/tool_log.ts";

Deno.test("toolFacts() reads level, entries, SNR, resources and warnings", () => {
  const facts = toolFacts(
    [
      "[info] Using dataset with 64 entries for calibration",
      "[warning] Reducing optimization level to 0 (the accuracy won't be optimized) because there's no available GPU",
      "[info] Output layers signal-to-noise ratio (SNR): net/output_layer1 SNR: 44.04 dB",
      "| Total | 46.9% | 19.9% | 15.6% |",
    ].join("\n"),
  );
  assert.equal(facts.effectiveLevel, 0);
  assert.equal(facts.calibrationUsed, 64);
  assert.deepEqual(facts.snr, { "net/output_layer1": 44.04 });
  assert.deepEqual(facts.resources, ["| Total | 46.9% | 19.9% | 15.6% |"]);
  assert.equal(facts.warnings.length, 1);
  assert.equal(toolFacts("[info] Using default optimization level of 2").effectiveLevel, 2);
  assert.deepEqual(toolFacts(""), {
    effectiveLevel: null,
    calibrationUsed: null,
    snr: {},
    resources: [],
    warnings: [],
  });
});

const refusal =
  `hailo_sdk_client.model_translator.exceptions.ParsingWithRecommendationException: Parsing failed. The errors found in the graph are:
 UnsupportedOperationError in op /fsq/Round: Round operation is unsupported
 UnsupportedShuffleLayerError in op /Reshape: Failed to determine type of layer to create in node /Reshape
Please try to parse the model again, using these end node names: /fsq/Sub, /head/Gemm`;

Deno.test("parserRefusals() lists operators and the end nodes that the parser would take", () => {
  assert.deepEqual(parserRefusals(refusal), {
    items: [
      { error: "UnsupportedOperationError", node: "/fsq/Round", message: "Round operation is unsupported" },
      {
        error: "UnsupportedShuffleLayerError",
        node: "/Reshape",
        message: "Failed to determine type of layer to create in node /Reshape",
      },
    ],
    recommendedEndNodes: ["/fsq/Sub", "/head/Gemm"],
  });
  const prompt = "Parsing failed with recommendations for end node names: ['a', 'b'].";
  assert.deepEqual(parserRefusals(prompt).recommendedEndNodes, ["a", "b"]);
});

Deno.test("classifyFailure() tells the kinds of failure apart by text", () => {
  assert.equal(classifyFailure("parse", refusal), "PARSER_UNSUPPORTED");
  assert.equal(
    classifyFailure("parse", "UnsupportedModelError: 1D form is unsupported in layer x"),
    "PARSER_UNSUPPORTED",
  );
  assert.equal(
    classifyFailure("parse", "MisspellNodeError: Unable to find end node name"),
    "PARSER_NODE_NAME",
  );
  assert.equal(classifyFailure("parse", "IndexError: list index out of range"), "PARSER_FAILED");
  assert.equal(classifyFailure("optimize", "anything"), "OPTIMIZE_FAILED");
  assert.equal(classifyFailure("compile", "Did you forget to quantize?"), "COMPILE_NOT_QUANTIZED");
  assert.equal(
    classifyFailure("compile", "[error] Mapping Failed (allocation time: 3s)"),
    "COMPILE_MAPPING_FAILED",
  );
  assert.equal(classifyFailure("compile", "Segmentation fault"), "COMPILE_FAILED");
});

Deno.test("lastErrors() quotes the lines that tell, else the last ones", () => {
  assert.equal(lastErrors("fine\nIndexError: x\n\nmore"), "IndexError: x");
  assert.equal(lastErrors("a\nb\nc\nd"), "b · c · d");
});
