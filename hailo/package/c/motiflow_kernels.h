/* The kernels that the generated motiflow_model.c calls. Numbers q lie as [channels][rows][columns] and mean
 * (q - zero) * scale. A rescaled sum is floor((sum * multiplier + offset) / 2^shift), cut to low ... high. */
#ifndef MOTIFLOW_KERNELS_H
#define MOTIFLOW_KERNELS_H

#include <stdint.h>

typedef struct {
  int32_t channels, rows, columns;
} mf_size;

/* By output channel. */
typedef struct {
  const int32_t *multiplier;
  const int64_t *offset;
  const uint8_t *shift;
} mf_rescale;

typedef struct {
  mf_size from, to;
  int32_t kernel_rows, kernel_columns, stride_rows, stride_columns, pad_top, pad_left, dilation_rows, dilation_columns;
  int32_t own;     /* input channels of a group */
  int32_t outputs; /* output channels of a group */
  int32_t pool;    /* the largest of so many columns is kept */
  const int8_t *weights;
  const int32_t *bias;
  mf_rescale rescale;
  const mf_rescale *negative; /* for sums below zero; may be null */
  uint8_t zero, low, high;
} mf_product;

typedef struct {
  mf_size from, to;
  int32_t kernel_rows, kernel_columns, stride_rows, stride_columns, pad_top, pad_left;
  mf_rescale rescale; /* of averages */
  uint8_t zero, low, high;
} mf_pool;

typedef struct {
  mf_size to;
  int32_t a_steps[3], b_steps[3];
  int32_t a_multiplier, b_multiplier; /* a * b * a_multiplier where b_multiplier is 0 */
  int64_t offset;
  uint8_t shift, a_zero, b_zero, low, high;
} mf_pairing;

typedef struct {
  mf_size count;
  int32_t from_at, from_steps[3], to_at, to_steps[3];
  int32_t fill; /* numbers that are set to zero before */
  uint8_t zero;
} mf_copy;

void mf_multiply(const mf_product *p, const uint8_t *x, uint8_t *y);
void mf_average(const mf_pool *p, const uint8_t *x, uint8_t *y);
void mf_maximum(const mf_pool *p, const uint8_t *x, uint8_t *y);
void mf_pair(const mf_pairing *p, const uint8_t *a, const uint8_t *b, uint8_t *y);
void mf_move(const mf_copy *p, const uint8_t *x, uint8_t *y);
/* One table of 256 for each `places` numbers; all numbers share one where places is count. */
void mf_look_up(const uint8_t *table, int32_t places, int32_t count, const uint8_t *x, uint8_t *y);

/* What the generated file defines beside the public names. */
extern uint8_t *const mf_input_place;
extern const uint8_t *const mf_output_place;
extern const float mf_center[], mf_scale[]; /* [channels][sensors] */
extern const uint8_t *const mf_digits[];    /* a table of 256 for each dimension */
extern const int32_t mf_basis[];
extern const uint8_t mf_label[];
extern const uint16_t mf_confidence[];
extern const int16_t mf_motif[];
void mf_network(void);

#endif
