// From the device part's output to code, label and confidence, checked on every golden window of the package.
//
//   c++ -std=c++17 -O2 -o classify examples/cpp/classify.cpp && ./classify PACKAGE_FOLDER
//
// A program on a device takes `given` from HailoRT instead: the only output stream of models/model.hef, user format
// FLOAT32, of a window that was scaled as models/model_metadata.json says and laid out [sensors, length, channels]. Feature
// maps come from the chip as [sensors, time, channels]; HostHead takes them as [channels, sensors, time].
// Exit code 0 when all golden codes come out.

#include <cstdio>

#include "host_head.hpp"
#include "plain_encoder.hpp"

int main(int argc, char** argv) try {
  const std::string root = argc > 1 ? argv[1] : ".";
  HostHead head(root + "/models/host_head.json");
  Json facts = JsonReader(read_file(root + "/selftest/selftest.json")).read();
  std::vector<float> all = read_floats(root + "/selftest/expected.device.f32.bin");
  std::vector<double> golden = facts.has("codes") ? facts.at("codes").numbers() : std::vector<double>();
  std::size_t n = static_cast<std::size_t>(facts.at("n").number), d = all.size() / n, wrong = 0;
  for (std::size_t i = 0; i < n; i++) {
    std::vector<float> given(all.begin() + i * d, all.begin() + (i + 1) * d), bounded = head.bounded(given);
    std::int64_t code = head.code(bounded);
    std::vector<double> p = head.probabilities(bounded);
    std::printf("window %zu: code %lld", i, static_cast<long long>(code));
    if (!p.empty()) {
      std::size_t label = std::max_element(p.begin(), p.end()) - p.begin();
      std::printf(", %s with confidence %.4f", head.labels[label].c_str(), p[label]);
    }
    bool right = golden.empty() || code == static_cast<std::int64_t>(golden[i]);
    std::printf("%s\n", right ? "" : "  WRONG");
    wrong += !right;
  }
  std::printf("%zu of %zu golden codes reproduced\n", n - wrong, n);
  return wrong == 0 ? 0 : 1;
} catch (const std::exception& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return 2;
}
