// A hidden semi-Markov model, decoded causally: the most probable state given what was seen so far.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

#include "json.hpp"

class Hsmm {
 public:
  std::vector<std::string> names;

  explicit Hsmm(const Json& facts) : k_(static_cast<std::size_t>(facts.at("states").number)), longest_(static_cast<std::size_t>(facts.at("max_duration").number)) {
    by_code_ = facts.at("emission").text == "codes";
    for (double level : facts.at("levels").numbers()) levels_.push_back(static_cast<std::int64_t>(level));
    for (const Json& name : facts.at("names").list) names.push_back(name.text);
    initial_ = facts.at("initial").numbers();
    transition_ = facts.at("transition").numbers();
    tails_ = facts.at("tails").numbers();
    shares_ = facts.at("log_shares").numbers();
    for (const Json& row : facts.at("durations").list) {
      durations_.push_back(row.numbers());
      std::vector<double> survivor = durations_.back();
      for (std::size_t u = survivor.size(); u-- > 1;) survivor[u - 1] += survivor[u];
      survivors_.push_back(survivor);
      if (survivor.size() != longest_) throw std::runtime_error("the durations of states do not fit");
    }
    std::int64_t width = 0;
    for (std::int64_t level : levels_) width += level;
    width_ = static_cast<std::size_t>(width);
    if (longest_ == 0 || initial_.size() != k_ || transition_.size() != k_ * k_ || tails_.size() != k_ || durations_.size() != k_ ||
        shares_.size() != k_ * width_ || names.size() != k_) {
      throw std::runtime_error("the model of states does not fit");
    }
    reset();
  }

  void reset() {
    open_.assign(k_, std::vector<double>(longest_));
    old_.assign(k_, 0);
    factor_.assign(k_, 1);
    starts_ = initial_;
  }

  // The state of the next window by its motif, -1 for none, or its code.
  int push(int motif, std::int64_t code) {
    std::int64_t symbol = by_code_ ? code : motif;
    std::vector<double> log(k_);
    if (symbol >= 0) {
      std::size_t first = 0;
      for (std::int64_t level : levels_) {
        for (std::size_t j = 0; j < k_; j++) log[j] += shares_.at(j * width_ + first + static_cast<std::size_t>(symbol % level));
        symbol /= level;
        first += static_cast<std::size_t>(level);
      }
    }
    return observe(log);
  }

 private:
  int observe(const std::vector<double>& log) {
    const double top = *std::max_element(log.begin(), log.end());
    std::vector<double> p(k_), ending(k_);
    double sum = 0;
    for (std::size_t j = 0; j < k_; j++) {
      std::vector<double>& open = open_[j];
      for (std::size_t u = longest_ - 1; u > 0; u--) open[u] = open[u - 1] * factor_[j];
      open[0] = starts_[j];
      double stay = 0, end = 0;
      for (std::size_t u = 0; u + 1 < longest_; u++) {
        stay += open[u] * survivors_[j][u];
        end += open[u] * durations_[j][u];
      }
      old_[j] = old_[j] * factor_[j] * tails_[j] + open.back();
      const double lasting = old_[j] * durations_[j].back();
      factor_[j] = std::exp(log[j] - top);
      p[j] = (stay + lasting) * factor_[j];
      ending[j] = end + lasting * (1 - tails_[j]);
      sum += p[j];
    }
    if (!(sum > 0)) {  // what no state explains begins a new stretch
      reset();
      return observe(std::vector<double>(k_));
    }
    starts_.assign(k_, 0);
    for (std::size_t i = 0; i < k_; i++) {
      factor_[i] /= sum;
      for (std::size_t j = 0; j < k_; j++) starts_[j] += ending[i] * factor_[i] * transition_[i * k_ + j];
    }
    return static_cast<int>(std::max_element(p.begin(), p.end()) - p.begin());
  }

  bool by_code_ = false;
  std::size_t k_, longest_, width_ = 0;
  std::vector<std::int64_t> levels_;
  std::vector<double> initial_, transition_, tails_, shares_, old_, factor_, starts_;
  std::vector<std::vector<double>> durations_, survivors_, open_;
};
