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
    if (layer.kind == "conv") layer.step = static_cast<std::size_t>(json.at("pool").number);
    else layer.relu = json.at("relu").number != 0;
    return layer;
  }

  // Width is a constant for the usual kernels, so that the compiler keeps the taps in registers.
  template <std::size_t Width>
  static void taps(const float* w, const float* in, float* out, std::size_t n, std::size_t width) {
    const std::size_t k = Width == 0 ? width : Width;
    for (std::size_t t = 0; t < n; t++) {
      float sum = out[t];
      for (std::size_t b = 0; b < k; b++) sum += w[b] * in[t + b];
      out[t] = sum;
    }
  }

  Tensor conv(const Tensor& x, const Layer& layer) const {
    const std::size_t out = layer.shape.at(0), in = layer.shape.at(1), high = layer.shape.at(2), wide = layer.shape.at(3);
    const std::size_t side = (wide - 1) / 2, rows = x.rows - high + 1, line = x.time + 2 * side;
    std::vector<float> padded(in * x.rows * line, 0.0f);
    for (std::size_t r = 0; r < in * x.rows; r++) {
      std::copy_n(x.data.data() + r * x.time, x.time, padded.data() + r * line + side);
    }
    const std::size_t steps = x.time / layer.step;
    Tensor y{std::vector<float>(out * rows * steps), out, rows, steps};
    std::vector<float> sum(x.time);
    auto run = wide == 5 ? taps<5> : wide == 3 ? taps<3> : wide == 7 ? taps<7> : wide == 1 ? taps<1> : taps<0>;
    for (std::size_t o = 0; o < out; o++) {
      for (std::size_t r = 0; r < rows; r++) {
        std::fill(sum.begin(), sum.end(), weights_[layer.bias + o]);
        for (std::size_t c = 0; c < in; c++) {
          for (std::size_t a = 0; a < high; a++) {
            const float* w = weights_.data() + layer.weight + ((o * in + c) * high + a) * wide;
            run(w, padded.data() + (c * x.rows + r + a) * line, sum.data(), x.time, wide);
          }
        }
        float* row = y.data.data() + (o * rows + r) * steps;
        for (std::size_t t = 0; t < steps; t++) {
          float top = 0;  // the ReLU
          for (std::size_t k = 0; k < layer.step; k++) top = std::max(top, sum[t * layer.step + k]);
          row[t] = top;
        }
      }
    }
    return y;
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
