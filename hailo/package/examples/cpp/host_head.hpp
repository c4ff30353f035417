// The host part of the network: round, code, classifier. Reads models/host_head.json.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "json.hpp"

class HostHead {
 public:
  explicit HostHead(const std::string& path) {
    Json facts = JsonReader(read_file(path)).read();
    levels_ = facts.at("levels").numbers();
    half_width_ = facts.at("half_width").numbers();
    basis_ = facts.at("basis").numbers();
    if (facts.has("half_range")) half_range_ = facts.at("half_range").numbers();
    if (facts.has("offset")) offset_ = facts.at("offset").numbers();
    if (facts.has("shift")) shift_ = facts.at("shift").numbers();
    temperature_ = facts.at("temperature").number;
    for (const Json& label : facts.at("labels").list) labels.push_back(label.text);
    for (const Json& layer : facts.at("layers").list) {
      layers_.push_back({layer.at("weight").numbers(), layer.at("bias").numbers(),
                         layer.at("activation").text == "relu"});
    }
  }

  // What the device part ends at: tanh(z + shift) * half_range - offset; the latent itself without quantiser.
  std::vector<float> bound(std::vector<float> latent) const {
    for (std::size_t i = 0; i < levels_.size(); i++) {
      latent[i] = static_cast<float>(std::tanh(latent[i] + shift_.at(i)) * half_range_.at(i) - offset_.at(i));
    }
    return latent;
  }

  // Bounded latent to rounded values: halves to even, as std::nearbyint does in the default rounding mode.
  std::vector<double> rounded(const std::vector<float>& bounded) const {
    std::vector<double> out(bounded.begin(), bounded.end());
    for (std::size_t i = 0; i < levels_.size(); i++) {
      out[i] = std::clamp(std::nearbyint(out[i]), -half_width_[i], levels_[i] - 1 - half_width_[i]);
    }
    return out;
  }

  // Index of the code, first dimension fastest; -1 for a network without quantiser.
  std::int64_t code(const std::vector<float>& bounded) const {
    if (levels_.empty()) return -1;
    std::vector<double> r = rounded(bounded);
    double sum = 0;
    for (std::size_t i = 0; i < r.size(); i++) sum += (r[i] + half_width_[i]) * basis_[i];
    return static_cast<std::int64_t>(sum);
  }

  // Softmax of the classifier's logits over the temperature; empty without classifier.
  std::vector<double> probabilities(const std::vector<float>& bounded) const {
    if (layers_.empty()) return {};
    std::vector<double> x = rounded(bounded);
    for (std::size_t i = 0; i < levels_.size(); i++) x[i] /= half_width_[i];
    for (const Layer& layer : layers_) {
      std::vector<double> y = layer.bias;
      for (std::size_t o = 0; o < y.size(); o++) {
        for (std::size_t i = 0; i < x.size(); i++) y[o] += layer.weight[o * x.size() + i] * x[i];
        if (layer.relu) y[o] = std::max(0.0, y[o]);
      }
      x = std::move(y);
    }
    double top = *std::max_element(x.begin(), x.end()), total = 0;
    for (double& v : x) total += v = std::exp((v - top) / temperature_);
    for (double& v : x) v /= total;
    return x;
  }

  std::vector<std::string> labels;

 private:
  struct Layer {
    std::vector<double> weight, bias;
    bool relu;
  };
  std::vector<double> levels_, half_width_, basis_, half_range_, offset_, shift_;
  std::vector<Layer> layers_;
  double temperature_ = 1;
};
