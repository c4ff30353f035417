// The layers of an encoder that was written with TensorFlow.js, in plain C++. Maps are [rows, columns, channels].
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "json.hpp"

class RecordedEncoder {
 public:
  RecordedEncoder(const Json& graph, const std::vector<float>& weights) : weights_(weights) {
    for (const Json& json : graph.list) layers_.push_back(layer_of(json));
  }

  // A scaled window [C, S, L] to the features.
  std::vector<double> run(const std::vector<float>& window, std::size_t channels, std::size_t sensors, std::size_t length) const {
    std::vector<std::vector<double>> values;
    for (const Layer& layer : layers_) {
      values.push_back(layer.op == "input" ? input(layer, window, channels, sensors, length) : layer_value(layer, values));
    }
    return values.back();
  }

 private:
  using Map = std::vector<double>;
  struct Size {
    std::size_t rows = 0, columns = 0, channels = 0;
    std::size_t numbers() const { return rows * columns * channels; }
    std::size_t axis(std::size_t i) const { return i == 0 ? rows : i == 1 ? columns : channels; }
  };
  struct Layer {
    std::string op, kind, gate, layout;
    std::vector<std::size_t> inputs, kernel, strides, dilations, pads, order;
    Size size;
    std::size_t units = 0, multiplier = 1, axis = 0;
    bool sequences = false, backwards = false;
    double alpha = 0, epsilon = 0;
    std::map<std::string, const float*> weights;
    const float* get(const std::string& part) const {
      auto found = weights.find(part);
      return found == weights.end() ? nullptr : found->second;
    }
  };

  static std::vector<std::size_t> whole(const Json& json, const std::string& key, std::vector<std::size_t> otherwise) {
    if (!json.has(key)) return otherwise;
    std::vector<std::size_t> out;
    for (double n : json.at(key).numbers()) out.push_back(static_cast<std::size_t>(n));
    return out;
  }
  static std::size_t count(const Json& json, const std::string& key, std::size_t otherwise) {
    return json.has(key) ? static_cast<std::size_t>(json.at(key).number) : otherwise;
  }
  static std::string text(const Json& json, const std::string& key) { return json.has(key) ? json.at(key).text : ""; }

  Layer layer_of(const Json& json) const {
    Layer layer;
    layer.op = json.at("op").text;
    layer.kind = text(json, "kind");
    layer.gate = text(json, "gate");
    layer.layout = text(json, "layout");
    layer.inputs = whole(json, "inputs", {});
    layer.kernel = whole(json, "kernel", {1, 1});
    layer.strides = whole(json, "strides", {1, 1});
    layer.dilations = whole(json, "dilations", {1, 1});
    layer.pads = whole(json, "pads", {0, 0, 0, 0});
    layer.order = whole(json, "order", {0, 1, 2});
    const std::vector<std::size_t> size = whole(json, "size", {});
    layer.size = Size{size.at(0), size.at(1), size.at(2)};
    layer.units = count(json, "units", 0);
    layer.multiplier = count(json, "multiplier", 1);
    layer.axis = count(json, "axis", 0);
    layer.sequences = json.has("sequences") && json.at("sequences").number != 0;
    layer.backwards = json.has("backwards") && json.at("backwards").number != 0;
    layer.alpha = json.has("alpha") ? json.at("alpha").number : 0;
    layer.epsilon = json.has("epsilon") ? json.at("epsilon").number : 0;
    for (const auto& [part, place] : json.at("weights").object) {
      std::size_t numbers = 1;
      for (double n : place.at("shape").numbers()) numbers *= static_cast<std::size_t>(n);
      const std::size_t at = static_cast<std::size_t>(place.at("at").number);
      if (at + numbers > weights_.size()) throw std::runtime_error("encoder.json names weights that its file does not hold");
      layer.weights[part] = weights_.data() + at;
    }
    return layer;
  }

  Map layer_value(const Layer& layer, const std::vector<Map>& values) const {
    const Map& x = values.at(layer.inputs.at(0));
    const Size& from = layers_.at(layer.inputs[0]).size;
    const std::string& op = layer.op;
    if (op == "conv") return convolution(layer, x, from);
    if (op == "depthwise") return depthwise(layer, x, from);
    if (op == "dense") return dense(layer, x, from);
    if (op == "batchNorm" || op == "layerNorm") return normalized(layer, x);
    if (op == "activation") return activated(layer, x);
    if (op == "maxPool" || op == "averagePool") return pooled(layer, x, from);
    if (op == "globalMax" || op == "globalAverage") return overall(layer, x, from);
    if (op == "add" || op == "multiply") return combined(layer, values);
    if (op == "concat") return joined(layer, values);
    if (op == "gru" || op == "lstm") return recurrent(layer, x, from);
    if (op == "reshape" || op == "dropout") return x;
    if (op == "permute" || op == "pad" || op == "crop") return moved(layer, x, from);
    throw std::runtime_error("encoder.json has a layer that is not known: " + op);
  }

  static Map input(const Layer& layer, const std::vector<float>& x, std::size_t channels, std::size_t sensors, std::size_t length) {
    Map y(layer.size.numbers());
    for (std::size_t s = 0; s < sensors; s++) {
      for (std::size_t t = 0; t < length; t++) {
        for (std::size_t c = 0; c < channels; c++) {
          const std::size_t place = layer.layout == "time" ? t * sensors + s : s * length + t;
          y[place * channels + c] = x.at((c * sensors + s) * length + t);
        }
      }
    }
    return y;
  }

  // Calls visit(place of the output, place of the input, tap) for what meets the map.
  template <typename Visit>
  static void slide(const Layer& layer, const Size& from, Visit visit) {
    const auto rows = static_cast<long>(from.rows), columns = static_cast<long>(from.columns);
    for (std::size_t i = 0; i < layer.size.rows; i++) {
      for (std::size_t j = 0; j < layer.size.columns; j++) {
        for (std::size_t a = 0; a < layer.kernel[0]; a++) {
          for (std::size_t b = 0; b < layer.kernel[1]; b++) {
            const long row = static_cast<long>(i * layer.strides[0] + a * layer.dilations[0]) - static_cast<long>(layer.pads[0]);
            const long column = static_cast<long>(j * layer.strides[1] + b * layer.dilations[1]) - static_cast<long>(layer.pads[1]);
            if (row < 0 || row >= rows || column < 0 || column >= columns) continue;
            visit(i * layer.size.columns + j, static_cast<std::size_t>(row * columns + column), a * layer.kernel[1] + b);
          }
        }
      }
    }
  }

  static Map biased(const Layer& layer) {
    Map y(layer.size.numbers(), 0.0);
    const float* bias = layer.get("bias");
    for (std::size_t i = 0; bias != nullptr && i < y.size(); i++) y[i] = bias[i % layer.size.channels];
    return y;
  }

  static Map convolution(const Layer& layer, const Map& x, const Size& from) {
    const std::size_t filters = layer.size.channels, channels = from.channels, taps = layer.kernel[0] * layer.kernel[1];
    const float* weight = layer.get("weight");
    Map y = biased(layer);
    slide(layer, from, [&](std::size_t out, std::size_t at, std::size_t tap) {
      for (std::size_t f = 0; f < filters; f++) {
        double sum = 0;
        for (std::size_t c = 0; c < channels; c++) sum += weight[(f * channels + c) * taps + tap] * x[at * channels + c];
        y[out * filters + f] += sum;
      }
    });
    return y;
  }

  static Map depthwise(const Layer& layer, const Map& x, const Size& from) {
    const std::size_t filters = layer.size.channels, taps = layer.kernel[0] * layer.kernel[1];
    const float* weight = layer.get("weight");
    Map y = biased(layer);
    slide(layer, from, [&](std::size_t out, std::size_t at, std::size_t tap) {
      for (std::size_t f = 0; f < filters; f++) y[out * filters + f] += weight[f * taps + tap] * x[at * from.channels + f / layer.multiplier];
    });
    return y;
  }

  static Map dense(const Layer& layer, const Map& x, const Size& from) {
    const std::size_t units = layer.size.channels, channels = from.channels;
    const float* weight = layer.get("weight");
    Map y = biased(layer);
    for (std::size_t i = 0; i < y.size(); i++) {
      for (std::size_t c = 0; c < channels; c++) y[i] += weight[i % units * channels + c] * x[i / units * channels + c];
    }
    return y;
  }

  static Map normalized(const Layer& layer, const Map& x) {
    const std::size_t n = layer.size.channels;
    const float *gamma = layer.get("gamma"), *beta = layer.get("beta"), *means = layer.get("mean"), *variances = layer.get("variance");
    Map y(x.size());
    for (std::size_t at = 0; at < x.size(); at += n) {
      double mean = 0, variance = 0;
      for (std::size_t c = 0; c < n; c++) mean += x[at + c] / static_cast<double>(n);
      for (std::size_t c = 0; c < n; c++) variance += (x[at + c] - mean) * (x[at + c] - mean) / static_cast<double>(n);
      for (std::size_t c = 0; c < n; c++) {
        const double m = means ? means[c] : mean, v = variances ? variances[c] : variance;
        y[at + c] = (x[at + c] - m) / std::sqrt(v + layer.epsilon) * (gamma ? gamma[c] : 1) + (beta ? beta[c] : 0);
      }
    }
    return y;
  }

  static double function(const std::string& kind, double alpha, double x) {
    if (kind == "relu") return std::max(0.0, x);
    if (kind == "relu6") return std::min(6.0, std::max(0.0, x));
    if (kind == "leakyRelu") return x < 0 ? alpha * x : x;
    if (kind == "elu") return x < 0 ? alpha * std::expm1(x) : x;
    if (kind == "gelu") return 0.5 * x * (1 + std::erf(x / std::sqrt(2.0)));
    if (kind == "swish") return x / (1 + std::exp(-x));
    if (kind == "tanh") return std::tanh(x);
    if (kind == "sigmoid") return 1 / (1 + std::exp(-x));
    if (kind == "hardSigmoid") return std::min(1.0, std::max(0.0, 0.2 * x + 0.5));
    throw std::runtime_error("encoder.json has a function that is not known: " + kind);
  }

  static Map activated(const Layer& layer, const Map& x) {
    Map y(x.size());
    if (layer.kind != "softmax") {
      for (std::size_t i = 0; i < x.size(); i++) y[i] = function(layer.kind, layer.alpha, x[i]);
      return y;
    }
    const std::size_t n = layer.size.channels;
    for (std::size_t at = 0; at < x.size(); at += n) {
      double top = x[at], sum = 0;
      for (std::size_t c = 1; c < n; c++) top = std::max(top, x[at + c]);
      for (std::size_t c = 0; c < n; c++) sum += y[at + c] = std::exp(x[at + c] - top);
      for (std::size_t c = 0; c < n; c++) y[at + c] /= sum;
    }
    return y;
  }

  static Map pooled(const Layer& layer, const Map& x, const Size& from) {
    const std::size_t n = layer.size.channels;
    const bool largest = layer.op == "maxPool";
    Map y(layer.size.numbers(), largest ? -std::numeric_limits<double>::infinity() : 0.0);
    std::vector<std::size_t> seen(layer.size.rows * layer.size.columns, 0);
    slide(layer, from, [&](std::size_t out, std::size_t at, std::size_t) {
      seen[out]++;
      for (std::size_t c = 0; c < n; c++) {
        double& value = y[out * n + c];
        value = largest ? std::max(value, x[at * n + c]) : value + x[at * n + c];
      }
    });
    for (std::size_t i = 0; !largest && i < y.size(); i++) y[i] /= static_cast<double>(seen[i / n]);
    return y;
  }

  static Map overall(const Layer& layer, const Map& x, const Size& from) {
    const std::size_t n = layer.size.channels, places = from.rows * from.columns;
    const bool largest = layer.op == "globalMax";
    Map y(x.begin(), x.begin() + static_cast<long>(n));
    for (std::size_t i = n; i < x.size(); i++) y[i % n] = largest ? std::max(y[i % n], x[i]) : y[i % n] + x[i];
    for (std::size_t c = 0; !largest && c < n; c++) y[c] /= static_cast<double>(places);
    return y;
  }

  // An axis of one is repeated.
  Map combined(const Layer& layer, const std::vector<Map>& values) const {
    const bool sum = layer.op == "add";
    Map y(layer.size.numbers(), sum ? 0.0 : 1.0);
    for (std::size_t input : layer.inputs) {
      const Size& from = layers_.at(input).size;
      std::size_t i = 0;
      for (std::size_t row = 0; row < layer.size.rows; row++) {
        for (std::size_t column = 0; column < layer.size.columns; column++) {
          for (std::size_t c = 0; c < layer.size.channels; c++, i++) {
            const std::size_t r = from.rows == 1 ? 0 : row, k = from.columns == 1 ? 0 : column;
            const double value = values[input][(r * from.columns + k) * from.channels + (from.channels == 1 ? 0 : c)];
            y[i] = sum ? y[i] + value : y[i] * value;
          }
        }
      }
    }
    return y;
  }

  Map joined(const Layer& layer, const std::vector<Map>& values) const {
    std::size_t outer = 1, inner = 1;
    for (std::size_t axis = 0; axis < 3; axis++) {
      if (axis < layer.axis) outer *= layer.size.axis(axis);
      if (axis > layer.axis) inner *= layer.size.axis(axis);
    }
    Map y;
    for (std::size_t o = 0; o < outer; o++) {
      for (std::size_t input : layer.inputs) {
        const auto run = static_cast<long>(layers_.at(input).size.axis(layer.axis) * inner);
        const auto from = values[input].begin() + static_cast<long>(o) * run;
        y.insert(y.end(), from, from + run);
      }
    }
    return y;
  }

  // Permuted, padded with zeros, or cropped.
  static Map moved(const Layer& layer, const Map& x, const Size& from) {
    Map y;
    const long sign = layer.op == "crop" ? 1 : -1;
    for (std::size_t i = 0; i < layer.size.rows; i++) {
      for (std::size_t j = 0; j < layer.size.columns; j++) {
        for (std::size_t c = 0; c < layer.size.channels; c++) {
          if (layer.op == "permute") {
            std::size_t at[3];
            at[layer.order[0]] = i;
            at[layer.order[1]] = j;
            at[layer.order[2]] = c;
            y.push_back(x[(at[0] * from.columns + at[1]) * from.channels + at[2]]);
            continue;
          }
          const long row = static_cast<long>(i) + sign * static_cast<long>(layer.pads[0]);
          const long column = static_cast<long>(j) + sign * static_cast<long>(layer.pads[1]);
          const bool inside = row >= 0 && row < static_cast<long>(from.rows) && column >= 0 && column < static_cast<long>(from.columns);
          y.push_back(inside ? x[static_cast<std::size_t>(row * static_cast<long>(from.columns) + column) * from.channels + c] : 0.0);
        }
      }
    }
    return y;
  }

  // Outputs of a backward layer stay in the order in which they were made.
  static Map recurrent(const Layer& layer, const Map& x, const Size& from) {
    const std::size_t n = layer.units, steps = from.columns, gates = layer.op == "gru" ? 3 : 4;
    const float *kernel = layer.get("kernel"), *kept = layer.get("recurrent"), *bias = layer.get("bias");
    Map h(n, 0.0), cell(n, 0.0), y, given(gates * n);
    auto product = [&](std::size_t row, const Map& state) {
      double sum = 0;
      for (std::size_t j = 0; j < n; j++) sum += kept[row * n + j] * state[j];
      return sum;
    };
    auto gate = [&](std::size_t row) { return function(layer.gate, 0, given[row] + product(row, h)); };
    for (std::size_t k = 0; k < steps; k++) {
      const double* now = x.data() + (layer.backwards ? steps - 1 - k : k) * from.channels;
      for (std::size_t row = 0; row < gates * n; row++) {
        given[row] = bias ? bias[row] : 0;
        for (std::size_t c = 0; c < from.channels; c++) given[row] += kernel[row * from.channels + c] * now[c];
      }
      Map next(n), reset(n);
      for (std::size_t u = 0; u < n && gates == 3; u++) reset[u] = h[u] * gate(n + u);
      for (std::size_t u = 0; u < n; u++) {
        if (gates == 3) {
          const double update = gate(u);
          next[u] = update * h[u] + (1 - update) * std::tanh(given[2 * n + u] + product(2 * n + u, reset));
        } else {
          cell[u] = gate(n + u) * cell[u] + gate(u) * std::tanh(given[2 * n + u] + product(2 * n + u, h));
          next[u] = gate(3 * n + u) * std::tanh(cell[u]);
        }
      }
      h = next;
      if (layer.sequences) y.insert(y.end(), h.begin(), h.end());
    }
    return layer.sequences ? y : h;
  }

  const std::vector<float>& weights_;
  std::vector<Layer> layers_;
};
