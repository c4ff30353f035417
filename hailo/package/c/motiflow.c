/* Kernels of whole numbers. Rounding: the window is divided in float and rounded with halves to even; sums are exact in
 * 32 bits; rescaled sums round halves up. No operation depends on the compiler, the processor or the order of sums. */
#include "motiflow.h"
#include "motiflow_kernels.h"

static uint8_t cut(int64_t scaled, uint8_t shift, uint8_t low, uint8_t high) {
  /* What is negative lies below every low; so no negative number is shifted, which C leaves open. */
  const uint64_t q = scaled < 0 ? 0 : (uint64_t)scaled >> shift;
  return q < low ? low : q > high ? high : (uint8_t)q;
}

static uint8_t rescaled(int32_t sum, const mf_rescale *r, int32_t i, uint8_t low, uint8_t high) {
  return cut((int64_t)sum * r->multiplier[i] + r->offset[i], r->shift[i], low, high);
}

/* The sum of one place of one output; what lies outside is zero. */
static int32_t product_at(const mf_product *p, const uint8_t *x, const int8_t *w, int32_t top, int32_t left,
                          int32_t sum) {
  int32_t channel, a, b;
  for (channel = 0; channel < p->own; channel++) {
    const uint8_t *plane = x + channel * p->from.rows * p->from.columns;
    for (a = 0; a < p->kernel_rows; a++, w += p->kernel_columns) {
      const int32_t row = top + a * p->dilation_rows;
      if (row < 0 || row >= p->from.rows) continue;
      for (b = 0; b < p->kernel_columns; b++) {
        const int32_t column = left + b * p->dilation_columns;
        if (column < 0 || column >= p->from.columns) continue;
        sum += (int32_t)(plane[row * p->from.columns + column] - p->zero) * w[b];
      }
    }
  }
  return sum;
}

void mf_multiply(const mf_product *p, const uint8_t *x, uint8_t *y) {
  const int32_t size = p->own * p->kernel_rows * p->kernel_columns;
  int32_t o, r, c, k;
  for (o = 0; o < p->to.channels; o++) {
    const uint8_t *group = x + o / p->outputs * p->own * p->from.rows * p->from.columns;
    const int8_t *w = p->weights + o * size;
    for (r = 0; r < p->to.rows; r++) {
      for (c = 0; c < p->to.columns; c++) {
        uint8_t best = 0;
        for (k = 0; k < p->pool; k++) {
          const int32_t top = r * p->stride_rows - p->pad_top;
          const int32_t left = (c * p->pool + k) * p->stride_columns - p->pad_left;
          const int32_t sum = product_at(p, group, w, top, left, p->bias[o]);
          const mf_rescale *scale = p->negative && sum < 0 ? p->negative : &p->rescale;
          const uint8_t q = rescaled(sum, scale, o, p->low, p->high);
          if (q > best) best = q;
        }
        *y++ = best;
      }
    }
  }
}

void mf_average(const mf_pool *p, const uint8_t *x, uint8_t *y) {
  int32_t channel, r, c, a, b;
  for (channel = 0; channel < p->to.channels; channel++, x += p->from.rows * p->from.columns) {
    for (r = 0; r < p->to.rows; r++) {
      for (c = 0; c < p->to.columns; c++) {
        int32_t sum = 0;
        for (a = 0; a < p->kernel_rows; a++) {
          const uint8_t *row = x + (r * p->stride_rows + a) * p->from.columns + c * p->stride_columns;
          for (b = 0; b < p->kernel_columns; b++) sum += row[b] - p->zero;
        }
        *y++ = rescaled(sum, &p->rescale, channel, p->low, p->high);
      }
    }
  }
}

void mf_maximum(const mf_pool *p, const uint8_t *x, uint8_t *y) {
  int32_t channel, r, c, a, b;
  for (channel = 0; channel < p->to.channels; channel++, x += p->from.rows * p->from.columns) {
    for (r = 0; r < p->to.rows; r++) {
      for (c = 0; c < p->to.columns; c++) {
        uint8_t best = 0;
        for (a = 0; a < p->kernel_rows; a++) {
          const int32_t row = r * p->stride_rows - p->pad_top + a;
          if (row < 0 || row >= p->from.rows) continue;
          for (b = 0; b < p->kernel_columns; b++) {
            const int32_t column = c * p->stride_columns - p->pad_left + b;
            if (column < 0 || column >= p->from.columns) continue;
            if (x[row * p->from.columns + column] > best) best = x[row * p->from.columns + column];
          }
        }
        *y++ = best;
      }
    }
  }
}

void mf_pair(const mf_pairing *p, const uint8_t *a, const uint8_t *b, uint8_t *y) {
  int32_t i, r, c;
  for (i = 0; i < p->to.channels; i++) {
    for (r = 0; r < p->to.rows; r++) {
      for (c = 0; c < p->to.columns; c++) {
        const int32_t left = a[i * p->a_steps[0] + r * p->a_steps[1] + c * p->a_steps[2]] - p->a_zero;
        const int32_t right = b[i * p->b_steps[0] + r * p->b_steps[1] + c * p->b_steps[2]] - p->b_zero;
        const int64_t sum = p->b_multiplier == 0 ? (int64_t)(left * right) * p->a_multiplier
                                                 : (int64_t)left * p->a_multiplier + (int64_t)right * p->b_multiplier;
        *y++ = cut(sum + p->offset, p->shift, p->low, p->high);
      }
    }
  }
}

void mf_move(const mf_copy *p, const uint8_t *x, uint8_t *y) {
  int32_t i, r, c;
  for (i = 0; i < p->fill; i++) y[i] = p->zero;
  for (i = 0; i < p->count.channels; i++) {
    for (r = 0; r < p->count.rows; r++) {
      for (c = 0; c < p->count.columns; c++) {
        y[p->to_at + i * p->to_steps[0] + r * p->to_steps[1] + c * p->to_steps[2]] =
            x[p->from_at + i * p->from_steps[0] + r * p->from_steps[1] + c * p->from_steps[2]];
      }
    }
  }
}

void mf_look_up(const uint8_t *table, int32_t places, int32_t count, const uint8_t *x, uint8_t *y) {
  int32_t i, place = 0;
  for (i = 0; i < count; i++) {
    if (place == places) {
      table += 256;
      place = 0;
    }
    place++;
    y[i] = table[x[i]];
  }
}

/* QuantizeLinear of a scaled number: halves to even. */
static uint8_t quantized(float scaled) {
  const float steps = scaled / MOTIFLOW_INPUT_SCALE;
  int32_t whole;
  float rest;
  if (steps <= (float)(-MOTIFLOW_INPUT_ZERO)) return 0;
  if (steps >= (float)(255 - MOTIFLOW_INPUT_ZERO)) return 255;
  whole = (int32_t)steps;
  rest = steps - (float)whole; /* exact, of the sign of steps */
  if (rest > 0.5f || (rest == 0.5f && whole % 2 != 0)) whole++;
  if (rest < -0.5f || (rest == -0.5f && whole % 2 != 0)) whole--;
  return (uint8_t)(whole + MOTIFLOW_INPUT_ZERO);
}

uint8_t *motiflow_input(void) { return mf_input_place; }

void motiflow_classify(motiflow_result *result) {
  int32_t i, code = 0;
  mf_network();
  for (i = 0; i < MOTIFLOW_LATENT; i++) {
    result->bounded[i] = mf_output_place[i];
    result->digits[i] = 0;
#if MOTIFLOW_CODES > 0
    result->digits[i] = mf_digits[i][result->bounded[i]];
    code += result->digits[i] * mf_basis[i];
#endif
  }
  result->code = MOTIFLOW_CODES > 0 ? code : -1;
#if MOTIFLOW_LABELS > 0
  result->label = mf_label[code];
  result->confidence = mf_confidence[code];
#else
  result->label = -1;
  result->confidence = 0;
#endif
#if MOTIFLOW_MOTIFS > 0
  result->motif = mf_motif[code];
#else
  result->motif = -1;
#endif
}

int motiflow_run(const float *window, motiflow_result *result) {
  const int32_t rows = MOTIFLOW_CHANNELS * MOTIFLOW_SENSORS;
  int32_t i, t;
  for (i = 0; i < rows; i++) {
    for (t = 0; t < MOTIFLOW_LENGTH; t++) {
      const float centered = window[i * MOTIFLOW_LENGTH + t] - mf_center[i];
      const float scaled = centered * mf_scale[i];
      if (!(scaled - scaled == 0.0f)) return -1; /* not finite */
      mf_input_place[i * MOTIFLOW_LENGTH + t] = quantized(scaled);
    }
  }
  motiflow_classify(result);
  return 0;
}
