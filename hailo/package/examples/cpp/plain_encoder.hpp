// The encoder in plain C++, layer by layer, for machines without a runtime. Reads models/encoder.json.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "json.hpp"
#include "recorded_encoder.hpp"

inline std::vector<float> read_floats(const std::string& path) {
  std::string bytes = read_file(path);  // little-endian, as every machine that HailoRT supports
  std::vector<float> values(bytes.size() / sizeof(float));
  if (!values.empty()) std::memcpy(values.data(), bytes.data(), values.size() * sizeof(float));
  return values;
}

// Values that the processor adds at once (GCC and Clang), and the part of a convolution whose sums fill its registers.
#if defined(__AVX512F__)
constexpr std::size_t kLanes = 16, kSteps = 16;
#elif defined(__AVX__)
constexpr std::size_t kLanes = 8, kSteps = 8;
#elif defined(__SSE2__)
constexpr std::size_t kLanes = 4, kSteps = 4;
#else
constexpr std::size_t kLanes = 4, kSteps = 8;
#endif
constexpr std::size_t kChannels = 8;
typedef float Lanes __attribute__((vector_size(kLanes * sizeof(float))));

class PlainEncoder {
 public:
  PlainEncoder(const std::string& root, const std::string& file) {
    Json facts = JsonReader(read_file(root + "/" + file)).read();
    std::string folder = file.substr(0, file.find_last_of('/') + 1);
    weights_ = read_floats(root + "/" + folder + facts.at("weights").text);
    std::vector<double> input = facts.at("input").numbers();
    for (int i = 0; i < 3; i++) input_[i] = static_cast<std::size_t>(input.at(i));
    for (const Json& layer : facts.at("layers").list) layers_.push_back(layer_of(layer));
  }

  // A scaled window [C, S, L] to the latent before the bound.
  std::vector<float> run(const std::vector<float>& window) {
    Tensor x{window, input_[0], input_[1], input_[2]};
    for (const Layer& layer : layers_) {
      x = layer.kind == "conv"       ? conv(x, layer)
          : layer.kind == "pool"     ? pool(x, layer)
          : layer.kind == "recorded" ? recorded(x, layer)
                                     : dense(x, layer);
    }
    return x.data;
  }

 private:
  // [channels, rows, time]; features have one row and one time.
  struct Tensor {
    std::vector<float> data;
    std::size_t channels, rows, time;
  };
  struct Layer {
    std::string kind;
    std::vector<std::size_t> shape;
    std::size_t weight = 0, bias = 0, step = 1;  // step: max-pooling of a convolution, segments of a pooling
    bool relu = false;
    float epsilon = 0;
    std::vector<std::string> statistics;
    std::shared_ptr<RecordedEncoder> recorded;
    std::vector<float> packed, packed_bias;  // of a convolution, see pack()
  };

  Layer layer_of(const Json& json) const {
    Layer layer;
    layer.kind = json.at("kind").text;
    if (layer.kind == "pool") {
      for (const Json& name : json.at("statistics").list) layer.statistics.push_back(name.text);
      layer.step = static_cast<std::size_t>(json.at("segments").number);
      layer.epsilon = static_cast<float>(json.at("epsilon").number);
      return layer;
    }
    if (layer.kind == "recorded") {
      layer.recorded = std::make_shared<RecordedEncoder>(json.at("graph"), weights_);
      return layer;
    }
    std::size_t size = 1;
    for (double n : json.at("shape").numbers()) {
      layer.shape.push_back(static_cast<std::size_t>(n));
      size *= layer.shape.back();
    }
    layer.weight = static_cast<std::size_t>(json.at("weight").number);
    layer.bias = static_cast<std::size_t>(json.at("bias").number);
    if (layer.weight + size > weights_.size() || layer.bias + layer.shape.at(0) > weights_.size()) {
      throw std::runtime_error("encoder.json names weights that its file does not hold");
    }
    if (layer.kind == "conv") {
      layer.step = static_cast<std::size_t>(json.at("pool").number);
      pack(layer);
    } else {
      layer.relu = json.at("relu").number != 0;
    }
    return layer;
  }

  // Sums of `kChannels` outputs at `kSteps` times stay in registers while all taps pass. Width is a constant for the usual
  // kernels. `w` runs through [inputs][high][width][kChannels].
  template <std::size_t Width>
  static void tile(const float* in, std::size_t inputs, std::size_t next_input, std::size_t high, std::size_t line,
                   std::size_t width, const float* w, const float* bias, float* out, std::size_t next_output) {
    const std::size_t k = Width == 0 ? width : Width;
    Lanes sums[kChannels][kSteps / kLanes];
    for (std::size_t o = 0; o < kChannels; o++) {
      for (Lanes& sum : sums[o]) sum = Lanes{} + bias[o];
    }
    for (std::size_t c = 0; c < inputs; c++, in += next_input) {
      for (std::size_t a = 0; a < high; a++) {
        for (std::size_t b = 0; b < k; b++, w += kChannels) {
          Lanes x[kSteps / kLanes];
          std::memcpy(x, in + a * line + b, sizeof x);
          for (std::size_t o = 0; o < kChannels; o++) {
            for (std::size_t i = 0; i < kSteps / kLanes; i++) sums[o][i] += x[i] * w[o];
          }
        }
      }
    }
    for (std::size_t o = 0; o < kChannels; o++) std::memcpy(out + o * next_output, sums[o], sizeof sums[o]);
  }

  Tensor conv(const Tensor& x, const Layer& layer) const {
    const std::size_t out = layer.shape.at(0), in = layer.shape.at(1), high = layer.shape.at(2), wide = layer.shape.at(3);
    const std::size_t side = (wide - 1) / 2, rows = x.rows - high + 1;
    const std::size_t tiles = (x.time + kSteps - 1) / kSteps, line = tiles * kSteps + 2 * side;
    std::vector<float> padded(in * x.rows * line, 0.0f);
    for (std::size_t r = 0; r < in * x.rows; r++) {
      std::copy_n(x.data.data() + r * x.time, x.time, padded.data() + r * line + side);
    }
    const std::size_t steps = x.time / layer.step;
    Tensor y{std::vector<float>(out * rows * steps), out, rows, steps};
    auto run = wide == 5 ? tile<5> : wide == 3 ? tile<3> : wide == 7 ? tile<7> : wide == 1 ? tile<1> : tile<0>;
    auto finish = layer.step == 1 ? relu_and_pool<1> : layer.step == 2 ? relu_and_pool<2> : relu_and_pool<0>;
    std::vector<float> row(kChannels * tiles * kSteps);
    for (std::size_t o = 0; o < out; o += kChannels) {
      for (std::size_t r = 0; r < rows; r++) {
        for (std::size_t t = 0; t < tiles; t++) {
          run(padded.data() + r * line + t * kSteps, in, x.rows * line, high, line, wide,
              layer.packed.data() + o * in * high * wide, layer.packed_bias.data() + o, row.data() + t * kSteps,
              tiles * kSteps);
        }
        for (std::size_t i = 0; i < kChannels && o + i < out; i++) {
          finish(row.data() + i * tiles * kSteps, layer.step, steps, y.data.data() + ((o + i) * rows + r) * steps);
        }
      }
    }
    return y;
  }

  template <std::size_t Step>
  static void relu_and_pool(const float* from, std::size_t step, std::size_t steps, float* to) {
    const std::size_t n = Step == 0 ? step : Step;
    for (std::size_t t = 0; t < steps; t++) {
      float top = 0;
      for (std::size_t k = 0; k < n; k++) top = std::max(top, from[t * n + k]);
      to[t] = top;
    }
  }

  // Weights of `kChannels` outputs beside each other, tap by tap; outputs that are not there have zeros.
  void pack(Layer& layer) const {
    const std::size_t out = layer.shape.at(0), taps = layer.shape.at(1) * layer.shape.at(2) * layer.shape.at(3);
    const std::size_t whole = (out + kChannels - 1) / kChannels * kChannels;
    layer.packed.assign(whole * taps, 0.0f);
    layer.packed_bias.assign(whole, 0.0f);
    for (std::size_t o = 0; o < out; o++) {
      layer.packed_bias[o] = weights_[layer.bias + o];
      for (std::size_t i = 0; i < taps; i++) {
        layer.packed[(o / kChannels * taps + i) * kChannels + o % kChannels] = weights_[layer.weight + o * taps + i];
      }
    }
  }

  Tensor pool(const Tensor& x, const Layer& layer) const {
    const std::size_t size = x.rows * x.time, n = size / layer.step;
    Tensor y{{}, layer.statistics.size() * x.channels * layer.step, 1, 1};
    for (const std::string& name : layer.statistics) {
      for (std::size_t i = 0; i < x.channels * layer.step; i++) {
        const float* from = x.data.data() + (i / layer.step) * size + (i % layer.step) * n;
        if (name == "max") {
          y.data.push_back(*std::max_element(from, from + n));
          continue;
        }
        double mean = 0, square = 0;
        for (std::size_t t = 0; t < n; t++) mean += from[t];
        mean /= static_cast<double>(n);
        for (std::size_t t = 0; t < n; t++) square += (from[t] - mean) * (from[t] - mean);
        y.data.push_back(static_cast<float>(
            name == "mean" ? mean : std::sqrt(square / static_cast<double>(n) + layer.epsilon)));
      }
    }
    return y;
  }

  static Tensor recorded(const Tensor& x, const Layer& layer) {
    const std::vector<double> features = layer.recorded->run(x.data, x.channels, x.rows, x.time);
    return {std::vector<float>(features.begin(), features.end()), features.size(), 1, 1};
  }

  Tensor dense(const Tensor& x, const Layer& layer) const {
    const std::size_t out = layer.shape.at(0), in = layer.shape.at(1);
    Tensor y{std::vector<float>(out), out, 1, 1};
    for (std::size_t o = 0; o < out; o++) {
      double sum = weights_[layer.bias + o];
      for (std::size_t i = 0; i < in; i++) sum += static_cast<double>(weights_[layer.weight + o * in + i]) * x.data.at(i);
      y.data[o] = static_cast<float>(layer.relu ? std::max(0.0, sum) : sum);
    }
    return y;
  }

  std::vector<float> weights_;
  std::size_t input_[3] = {0, 0, 0};
  std::vector<Layer> layers_;
};
