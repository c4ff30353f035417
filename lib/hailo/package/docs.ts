/** README and deployment guide of a package. They name only files that are there. */
import { headline } from "../../artifacts/benchmark.ts";
import { endAtMaps } from "../../model/cut.ts";
import type { Pipeline } from "../../stream/pipeline_file.ts";
import type { PackageFacts } from "./facts.ts";
import { cSection, cUse } from "./c/docs.ts";
import { fieldSection } from "./field_docs.ts";
import { isListed } from "./license_id.ts";
import type { Readiness } from "./readiness.ts";

function latencyLine({ benchmark, measuredOn, status }: PackageFacts): string {
  const row = benchmark === null ? undefined : headline(benchmark);
  if (row === undefined) return `Latency: not measured, because ${status.latencyReason}.`;
  const [p50, p95, p99] = [row.p50, row.p95, row.p99].map((v) => v.toFixed(3));
  return `Latency: p50 ${p50} ms, p95 ${p95} ms, p99 ${p99} ms (nearest-rank, n = ${row.n}, ${row.mode}, ` +
    `${benchmark!.origin}) on ${benchmark!.device}. ` +
    (typeof measuredOn?.caveat === "string" ? `This is ${measuredOn.caveat}.` : "");
}

const banner = (facts: PackageFacts) =>
  facts.status.hef === "stand-in" || facts.status.latency === "simulated"
    ? "\n> SIMULATED – no Hailo hardware. Parts of this package were made by stand-ins of the vendor's tools.\n"
    : "";

/** How the C++ host is built, which knows the built-in encoder only. */
function cpp({ encoder }: Pipeline): string {
  return encoder.plain === null
    ? `It needs onnxruntime (or the HEF): this encoder is an ONNX graph, which examples/cpp and NumPy alone do not run. The
C++17 sources hold the rest of the way, for a program with an ONNX runtime of its own.`
    : `In C++17, without any dependency, with GCC or Clang:

    c++ -std=c++17 -O3 -march=native -ffp-contract=fast -o stream examples/cpp/stream.cpp
    ./stream . recording.csv --time t

examples/cpp/pipeline.hpp is for programs of your own. Without the two middle options it is three times slower, and runs on
other processors of the kind.`;
}

/** Whether the package is for machines that run services. */
const runsServices = ({ targets }: PackageFacts) => targets.includes("hailo8") || targets.includes("cpu");

/** Where the device part ends and what is left to the host. */
function behindCut({ front }: PackageFacts): string {
  if (front === null) {
    return "ends at the bounded latent; rounding, code and classifier (models/host_head.json) run on the host, because no Hailo-8\nrounds.";
  }
  const { statistics: pooling, segments, maps } = front;
  return `${endAtMaps({ pooling, segments }, maps)}; statistics
(${pooling.join(", ")}), neck, rounding, code and classifier (models/host_head.json) run on the host.`;
}

/** How the page is opened, where there is one. */
const browser = ({ targets }: PackageFacts) =>
  targets.includes("browser")
    ? `
In a browser, without anything to install: serve this folder and open web/, which takes a CSV file or the motion sensors of
the phone that it runs on. Everything is computed there, by ONNX Runtime on WebAssembly; nothing is sent.

    python3 -m http.server --bind 127.0.0.1 8000        then open http://127.0.0.1:8000/web/

Phones give their sensors to pages over https only: put the folder on any https server.
`
    : "";

/** What a live host has to know beforehand, in a sentence or two. */
function realTime({ delay, not_in_real_time: reasons }: Pipeline): string {
  if (reasons.length > 0) {
    return `**The samples of a sensor alone are not enough**: ${
      reasons.join("; ")
    }. With channels that were computed
elsewhere, scripts/stream.py takes --supplied-gravity.
`;
  }
  const parts = [
    ...(delay.context_seconds > 0
      ? [`${delay.context_seconds} s of samples that the network sees behind a window`]
      : []),
    ...(delay.smoothing_predictions > 0
      ? [`${delay.smoothing_predictions} predictions that smoothed labels wait for`]
      : []),
  ];
  return parts.length === 0 ? "" : `Answers come late by ${parts.join(" and ")}.\n`;
}

/** `README.md`. */
export function readme(
  facts: PackageFacts,
  ready: Readiness,
  pipeline: Pipeline,
  paths: readonly string[],
): string {
  const { status } = facts;
  return `# ${facts.name} ${facts.version}
${banner(facts)}
Behaviours from inertial sensors: a small convolutional network with finite scalar quantisation, packed with everything
that is needed to check and run it.

- Made for: ${facts.targets.join(", ")}
${
    facts.targets.includes("hailo8")
      ? `- HEF: **${status.hef}**${status.reason === null ? "" : ` (${status.reason})`}\n`
      : ""
  }- ${latencyLine(facts)}
- Verdict: **${ready.verdict}**; the reasons stand in docs/MODEL_CARD.md.

## Verify

    sha256sum -c SHA256SUMS
    python3 scripts/selftest.py

${
    facts.golden.recorded
      ? ""
      : "Its golden windows are simulated: nobody's recording is in this package. "
  }The self-test needs Python 3.9 only. With NumPy it also runs the network, on a Hailo-8, on onnxruntime, or in NumPy
itself, and streams the simulated recording. Every host refuses to run where pipeline.json or a file of models/ is not as it
was packed.

## Use

Raw samples in, behaviours out, one line a window (Python 3.9 with NumPy):

    python3 scripts/stream.py --columns                 the columns of a sample and their units
    python3 scripts/stream.py recording.csv --time t    from a file; - is standard input, tcp:PORT a socket
    python3 scripts/stream.py recording.csv --units acc=g     from a sensor with other units

${
    cpp(pipeline)
  } pipeline.json holds all of it for other hosts: units, filters with coefficients, window, hop, scaling, quantiser, code →
motif → behaviour, smoothing. selftest/stream.csv and stream.expected.jsonl are a simulated recording and the lines that
every host must print of it. ${realTime(pipeline)}${browser(facts)}${facts.c === null ? "" : cUse()}
The network is cut in two. The device part (models/model.device.onnx${
    status.hef === "not-compiled" ? "" : ", models/model.hef"
  }) takes a scaled window and
${
    behindCut(facts)
  } models/model.full.onnx is both in one file for any standard runtime: raw units in, predictions, uncertainty and
code out. See docs/deployment_guide.md and examples/.

## Licences

The model is under ${facts.license}${
    paths.includes("LICENSES/model.txt")
      ? ", LICENSES/model.txt"
      : !isListed(facts.license)
      ? ", whose text is not in the package: ask whoever made it"
      : `, https://spdx.org/licenses/${facts.license}.html`
  }; scripts, examples and pages are Motiflow's, LICENSES/motiflow.txt.${
    facts.targets.includes("browser") ? " web/runtime/ is ONNX Runtime, LICENSES/onnxruntime-web.txt." : ""
  }

## Files

${paths.map((p) => `- ${p}`).join("\n")}
- MANIFEST.json
- SHA256SUMS

## Known limits

- Latency and accuracy hold for the machine and the data that are named beside them, and for no other.
${
    facts.targets.includes("hailo8")
      ? `- The calibration set is ${
        facts.calibrationIncluded ? "hailo/calibration.npy" : "not in the package"
      }; hailo/calibration.json names its data, licence and hash.\n`
      : ""
  }- Sensors must be worn, oriented and sampled as in training.
`;
}

/** How a HEF is made of this package. */
function building({ compile, status, calibrationIncluded, front }: PackageFacts): string {
  const hef = status.hef === "compiled"
    ? `This package holds a HEF compiled with Dataflow Compiler ${compile?.sdk}.`
    : `This package holds no usable HEF: ${status.reason}.`;
  return `## Build

${hef} To compile by hand, on an x86_64 Linux machine with the Hailo Dataflow Compiler 3.30 or newer (3.x):

    bash scripts/compile_hailo8.sh ${calibrationIncluded ? "-" : "CALIBRATION.npy"} build/

${
    calibrationIncluded
      ? "The calibration set is hailo/calibration.npy."
      : "CALIBRATION.npy is the calibration set of the export; hailo/calibration.json says where it is."
  } The script refuses any other file, runs the steps that the workflow runs${
    front === null ? ", clipping of the\nbounded layer included" : ""
  }, and writes motiflow.hef.json beside the HEF: hashes of all that went in, and the compiler's logs.
The parser gets explicit end nodes and no permission to choose others. Then name the HEF in the workflow, \`compile-hailo\`
with \`hef: build/motiflow.hef\`: it and its .json are checked against this bundle as one compiled there would be, and packed.

`;
}

/** `docs/deployment_guide.md`. */
export function deploymentGuide(facts: PackageFacts, pipeline: Pipeline): string {
  const hailo = facts.targets.includes("hailo8");
  return `# Deployment guide: ${facts.name} ${facts.version}
${banner(facts)}
${hailo ? building(facts) : ""}## Run

On any machine with Python 3.9:

    bash scripts/test_performance.sh

On a Raspberry Pi${
    hailo ? " 5 with a Hailo-8 (\`sudo apt install dkms && sudo apt install hailo-all\`, once)" : ""
  }, from your machine:

    PI_HOST=address PI_USER=user bash scripts/deploy_to_pi.sh --dry-run
    PI_HOST=address PI_USER=user bash scripts/deploy_to_pi.sh

The device's host key must be known beforehand. Nothing is installed and no root rights are used.

Without a Hailo-8, models/model.full.onnx runs on every standard ONNX runtime; examples/ shows the split form in Python
and C++.
${browser(facts)}
${facts.c === null ? "" : cSection(facts.c)}${
    runsServices(facts) ? fieldSection(pipeline, facts.metadata.levels) : ""
  }## Numbers

${latencyLine(facts)}

Vendor figures for power are not repeated here: most boards have no power sensor, and what is not measured is not stated.

## Troubleshoot

| what you see | what it means | what to do |
|---|---|---|
| \`sha256sum\` reports FAILED | a file was changed or damaged | copy the package again |
| self-test: wrong codes | the host part rounds differently | round halves to even, clamp to the levels |
| \`hailo: error: invalid choice: 'parser'\` | this \`hailo\` is the runtime's | install the Dataflow Compiler |
| \`Parsing failed with recommendations\` | the graph was changed | export again; do not accept another cut |
| \`Reducing optimization level\` | fewer than 1024 windows, or no GPU | calibrate on more windows |
| status 76 | driver and library differ | make both the same version, reboot |
| status 73 or 74 | another program holds the device | stop it |
| status 93 | HEF for another chip | compile for the architecture that \`hailortcli fw-control identify\` prints |
| status 26, HailoRT up to 4.20 | HEF for another chip, newer than HailoRT, or damaged: the line before it says which | as for 93, 92, or copy it again |
| \`max_desc_page_size\` … \`bigger than hw max\` | page size of the Pi's kernel | \`options hailo_pci force_desc_page_size=4096\` in /etc/modprobe.d/hailo_pci.conf, reboot |
| status 78, 85 or 86 | service or driver of another version than the library | make all the same version, reboot |
| status 87 | the driver does not answer in time | see \`dmesg\`; power and PCIe cable |
| status 92 | HEF newer than HailoRT | update HailoRT, or compile with the paired version |
| latency jumps | throttling or power saving | check \`vcgencmd get_throttled\` and the governor |
`;
}
