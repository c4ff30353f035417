/* From a window of sensor samples to code, label and confidence on a microcontroller: C99, no heap, no library.
 *
 * The encoder computes with whole numbers only, so that every compiler and processor gives the same answers. Compile
 * motiflow.c and motiflow_model.c with your program. Not reentrant: all windows share one static block of memory.
 */
#ifndef MOTIFLOW_H
#define MOTIFLOW_H

#include <stdint.h>

#include "motiflow_model.h"

typedef struct {
  uint8_t bounded[MOTIFLOW_LATENT]; /* bounded latent: (q - MOTIFLOW_OUTPUT_ZERO) * MOTIFLOW_OUTPUT_SCALE */
  uint8_t digits[MOTIFLOW_LATENT];  /* 0 without quantiser */
  int32_t code;                     /* first dimension fastest; -1 without quantiser */
  int16_t label;                    /* place in motiflow_labels; -1 without classifier */
  uint16_t confidence;              /* probability of the label, of 65535 */
  int16_t motif;                    /* place in motiflow_motifs; -1 where no motif covers the code, or there are none */
} motiflow_result;

/* Names of the labels, MOTIFLOW_LABELS of them, in UTF-8. */
extern const char *const motiflow_labels[];

/* Names of the motifs, the behaviours, MOTIFLOW_MOTIFS of them, in UTF-8. */
extern const char *const motiflow_motifs[];

/* Classifies one window [MOTIFLOW_CHANNELS][MOTIFLOW_SENSORS][MOTIFLOW_LENGTH] in the units of the model.
 * Returns 0, or -1 where a number is not finite; the result is then left alone. */
int motiflow_run(const float *window, motiflow_result *result);

/* The two halves of motiflow_run. Where samples arrive as whole numbers, fill motiflow_input() yourself, without any
 * floating point: q = round((x - center) * scale / MOTIFLOW_INPUT_SCALE) + MOTIFLOW_INPUT_ZERO, cut to 0 ... 255.
 * The input has to be filled again for every window, because its memory is used for other things meanwhile. */
uint8_t *motiflow_input(void);
void motiflow_classify(motiflow_result *result);

#endif
