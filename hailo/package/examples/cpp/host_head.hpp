// The host part of the network: round, code, classifier. Reads models/host_head.json.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <utility>
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
    layers_ = layers_of(facts.at("layers"));
    if (facts.has("front")) {
      const Json& front = facts.at("front");
      std::vector<double> maps = front.at("maps").numbers();
      channels_ = static_cast<std::size_t>(maps.at(0));
      places_ = static_cast<std::size_t>(maps.at(1) * maps.at(2));
      segments_ = static_cast<std::size_t>(front.at("segments").number);
      epsilon_ = front.at("epsilon").number;
      for (const Json& name : front.at("statistics").list) statistics_.push_back(name.text);
      front_ = layers_of(front.at("layers"));
    }
  }

  // What the device part gives, of the last layer of PlainEncoder: feature maps as they are, a latent bounded.
  std::vector<float> device_end(std::vector<float> values) const {
    return front_.empty() ? bound(std::move(values)) : values;
  }

  // The bounded latent of what the device part gives: itself, or what follows from feature maps [c, s, t].
  std::vector<float> bounded(const std::vector<float>& given) const {
    if (front_.empty()) return given;
    if (given.size() != channels_ * places_) throw std::runtime_error("the feature maps have another size than host_head.json says");
    std::vector<double> latent = dense(front_, statistics(given));
    return bound(std::vector<float>(latent.begin(), latent.end()));
  }

  // tanh(z + shift) * half_range - offset; the latent itself without quantiser.
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

  // Half widths of the levels; empty without quantiser.
  const std::vector<double>& widths() const { return half_width_; }

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
    x = dense(layers_, std::move(x));
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

  static std::vector<Layer> layers_of(const Json& json) {
    std::vector<Layer> layers;
    for (const Json& layer : json.list) {
      layers.push_back({layer.at("weight").numbers(), layer.at("bias").numbers(), layer.at("activation").text == "relu"});
    }
    return layers;
  }

  static std::vector<double> dense(const std::vector<Layer>& layers, std::vector<double> x) {
    for (const Layer& layer : layers) {
      std::vector<double> y = layer.bias;
      for (std::size_t o = 0; o < y.size(); o++) {
        for (std::size_t i = 0; i < x.size(); i++) y[o] += layer.weight.at(o * x.size() + i) * x[i];
        if (layer.relu) y[o] = std::max(0.0, y[o]);
      }
      x = std::move(y);
    }
    return x;
  }

  // Statistic by statistic, and in each channel by channel and segment by segment.
  std::vector<double> statistics(const std::vector<float>& maps) const {
    const std::size_t n = places_ / segments_, rows = channels_ * segments_;
    std::vector<double> out(statistics_.size() * rows);
    for (std::size_t row = 0; row < rows; row++) {
      const float* part = maps.data() + row / segments_ * places_ + row % segments_ * n;
      double sum = 0, squares = 0;
      for (std::size_t i = 0; i < n; i++) sum += part[i];
      const double mean = sum / static_cast<double>(n);
      for (std::size_t i = 0; i < n; i++) squares += (part[i] - mean) * (part[i] - mean);
      for (std::size_t s = 0; s < statistics_.size(); s++) {
        const std::string& name = statistics_[s];
        out[s * rows + row] = name == "mean"  ? mean
                              : name == "max" ? *std::max_element(part, part + n)
                                              : std::sqrt(squares / static_cast<double>(n) + epsilon_);
      }
    }
    return out;
  }

  std::vector<double> levels_, half_width_, basis_, half_range_, offset_, shift_;
  std::vector<Layer> layers_, front_;
  std::vector<std::string> statistics_;
  std::size_t channels_ = 0, places_ = 0, segments_ = 1;
  double epsilon_ = 0;
  double temperature_ = 1;
};
