// Motifs of windows: a row for each code, or Gaussians over the latent.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "host_head.hpp"
#include "plain_encoder.hpp"

class Motifs {
 public:
  struct Reading {
    int motif;  // -1: none
    std::vector<double> posterior;
    bool unseen;  // nobody had seen the code
  };
  std::vector<std::string> names;

  Motifs(const std::string& root, const Json& facts, const HostHead& head) : k_(static_cast<std::size_t>(facts.at("k").number)) {
    for (const Json& name : facts.at("names").list) names.push_back(name.text);
    if (facts.has("space") && facts.at("space").text == "latent") {
      read_gaussians(facts, head);
      return;
    }
    motif_of_ = facts.at("codes").numbers();
    for (double code : facts.at("seen").numbers()) seen_.insert(static_cast<std::int64_t>(code));
    table_ = read_floats(root + "/" + facts.at("posterior").text);
    if (table_.size() != k_ * motif_of_.size()) throw std::runtime_error("the table of posteriors does not fit");
  }

  Reading look(std::int64_t code, const std::vector<float>& bounded) const {
    if (d_ > 0) return look_by_latent(bounded);
    auto at = static_cast<std::size_t>(code);
    auto row = table_.begin() + static_cast<std::ptrdiff_t>(at * k_);
    return {static_cast<int>(motif_of_.at(at)), std::vector<double>(row, row + static_cast<std::ptrdiff_t>(k_)), seen_.count(code) == 0};
  }

 private:
  void read_gaussians(const Json& facts, const HostHead& head) {
    d_ = static_cast<std::size_t>(facts.at("dimensions").number);
    motif_of_ = facts.at("clusters").numbers();
    offsets_ = facts.at("offsets").numbers();
    means_ = facts.at("means").numbers();
    whitening_ = facts.at("whitening").numbers();
    widths_ = head.widths();
    if (widths_.empty()) widths_.assign(d_, 1);
    const std::size_t n = offsets_.size();
    if (motif_of_.size() != n || means_.size() != n * d_ || whitening_.size() != n * d_ * d_ || widths_.size() != d_) {
      throw std::runtime_error("the clusters of motifs do not fit the latent");
    }
    if (facts.has("covered")) {
      anchors_ = facts.at("covered").at("anchors").numbers();
      double radius = facts.at("covered").at("radius").number;
      limit_ = radius * radius * (1 + 1e-12);
    }
  }

  // Clusters score a point x by offset - |W (x - mean)|^2 / 2; the largest score names the motif.
  Reading look_by_latent(const std::vector<float>& bounded) const {
    std::vector<double> x(d_), scores = offsets_, posterior(k_);
    for (std::size_t i = 0; i < d_; i++) x[i] = bounded.at(i) / widths_[i];
    for (std::size_t c = 0; c < scores.size(); c++) {
      for (std::size_t r = 0; r < d_; r++) {
        double y = 0;
        for (std::size_t t = 0; t < d_; t++) y += whitening_[(c * d_ + r) * d_ + t] * (x[t] - means_[c * d_ + t]);
        scores[c] -= y * y / 2;
      }
    }
    auto top = std::max_element(scores.begin(), scores.end());
    double sum = 0;
    for (double score : scores) sum += std::exp(score - *top);
    for (std::size_t c = 0; c < scores.size(); c++) posterior.at(static_cast<std::size_t>(motif_of_[c])) += std::exp(scores[c] - *top) / sum;
    return {covers(x) ? static_cast<int>(motif_of_[static_cast<std::size_t>(top - scores.begin())]) : -1, posterior, false};
  }

  bool covers(const std::vector<double>& x) const {
    if (limit_ < 0) return true;
    for (std::size_t a = 0; a + d_ <= anchors_.size(); a += d_) {
      double squared = 0;
      for (std::size_t t = 0; t < d_; t++) squared += (anchors_[a + t] - x[t]) * (anchors_[a + t] - x[t]);
      if (squared <= limit_) return true;
    }
    return false;
  }

  std::size_t k_, d_ = 0;  // d_: dimensions of latents; 0 for a table of codes
  std::vector<double> motif_of_;  // by code, or by cluster
  std::set<std::int64_t> seen_;
  std::vector<float> table_;
  std::vector<double> offsets_, means_, whitening_, widths_, anchors_;
  double limit_ = -1;
};
