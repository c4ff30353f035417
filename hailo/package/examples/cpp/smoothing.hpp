// Smoothing of labels as they come: hysteresis, mode filter, minimum dwell. Same rules, ties and delays as Motiflow's.
#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <optional>
#include <vector>

#include "json.hpp"

// A new label takes over, from its first prediction on, once it has lasted `minimum` predictions in a row.
class Dwell {
 public:
  explicit Dwell(std::size_t minimum) : minimum_(minimum) {}

  std::optional<int> push(int label) {
    if (!open_) {
      in_force_ = label;
      run_ = 0;
      open_ = true;
    }
    run_ = label == last_ ? run_ + 1 : 1;
    last_ = label;
    waiting_.push_back(in_force_);
    if (run_ >= minimum_) {
      for (int& held : waiting_) held = label;
      in_force_ = label;
    }
    if (waiting_.size() < minimum_) return std::nullopt;
    int first = waiting_.front();
    waiting_.pop_front();
    return first;
  }

  std::vector<int> flush() {
    std::vector<int> left(waiting_.begin(), waiting_.end());
    waiting_.clear();
    open_ = false;
    return left;
  }

 private:
  std::size_t minimum_, run_ = 0;
  std::deque<int> waiting_;
  bool open_ = false;
  int in_force_ = 0, last_ = 0;
};

class Smoother {
 public:
  explicit Smoother(const Json& rules)
      : half_((static_cast<std::size_t>(rules.at("modeWidth").number) - 1) / 2),
        dwell_(static_cast<std::size_t>(rules.at("minDwell").number)) {
    const Json& h = rules.at("hysteresis");
    if (h.kind != Json::Object) return;
    trigger_ = true;
    high_ = h.at("high").number;
    low_ = h.at("low").number;
    strict_ = !h.has("rule") || h.at("rule").text == "strict";
    if (h.has("maxHold") && h.at("maxHold").kind == Json::Number) max_hold_ = h.at("maxHold").number;
  }

  // Takes the next label, -1 for noise; the label of an earlier prediction, once there is one.
  std::optional<int> push(int label, const std::vector<double>& posterior) {
    if (trigger_) {
      int held = trigger(posterior);
      if (label >= 0) label = held;
    }
    labels_.push_back(label);
    if (labels_.size() <= half_ + decided_) return std::nullopt;
    return dwell_.push(mode());
  }

  // Ends the stretch: the labels still held back.
  std::vector<int> flush() {
    std::vector<int> out;
    while (decided_ < labels_.size()) {
      if (std::optional<int> label = dwell_.push(mode())) out.push_back(*label);
    }
    for (int label : dwell_.flush()) out.push_back(label);
    state_ = -1;
    held_ = 0;
    labels_.clear();
    decided_ = 0;
    return out;
  }

 private:
  int trigger(const std::vector<double>& posterior) {
    int challenger = 0;
    for (std::size_t c = 1; c < posterior.size(); c++) {
      if (posterior[c] > posterior[static_cast<std::size_t>(challenger)]) challenger = static_cast<int>(c);
    }
    double p = posterior.at(static_cast<std::size_t>(challenger));
    double own = state_ < 0 ? 0 : posterior.at(static_cast<std::size_t>(state_));
    if (state_ < 0 || challenger == state_ || p == own) {
      if (state_ < 0) state_ = challenger;
      held_ = 0;
      return state_;
    }
    bool strong = p >= high_, weak = own < low_;
    bool leave = strict_ ? strong && weak : strong || weak;
    if (!leave) held_++;
    if (leave || (max_hold_ >= 0 && held_ > max_hold_)) {
      state_ = challenger;
      held_ = 0;
    }
    return state_;
  }

  // The mode around the next undecided label: where labels tie, its own if it is among them, else the smallest.
  int mode() {
    std::size_t from = decided_ > half_ ? decided_ - half_ : 0;
    std::size_t to = std::min(labels_.size(), decided_ + half_ + 1);
    std::map<int, int> counts;
    for (std::size_t i = from; i < to; i++) counts[labels_[i]]++;
    int best = labels_[decided_];
    for (auto [label, count] : counts) {
      if (count > counts[best]) best = label;  // in ascending order, so the first of the largest
    }
    decided_++;
    if (decided_ > half_) {  // labels that no later window needs are forgotten
      labels_.erase(labels_.begin(), labels_.begin() + static_cast<std::ptrdiff_t>(decided_ - half_));
      decided_ = half_;
    }
    return best;
  }

  std::size_t half_;
  Dwell dwell_;
  bool trigger_ = false, strict_ = true;
  double high_ = 1, low_ = 0, max_hold_ = -1, held_ = 0;
  int state_ = -1;
  std::deque<int> labels_;
  std::size_t decided_ = 0;
};
