/* Classifies windows of a file and prints one line each: code, label, confidence, motif, numbers of the latent.
 *
 *   cc -std=c99 -O2 -o example c/example.c c/motiflow.c c/motiflow_model.c
 *   ./example selftest/inputs.f32.bin | diff - c/expected.txt && echo equal
 *
 * The file holds float32 windows [channels][sensors][length] one behind the other, little-endian, as this machine reads
 * them. Exit code 0: done, 1: a window is not finite or cut short, 2: no file.
 */
#include <stdio.h>

#include "motiflow.h"

static float window[MOTIFLOW_CHANNELS * MOTIFLOW_SENSORS * MOTIFLOW_LENGTH];

int main(int count, char **words) {
  const size_t size = sizeof window / sizeof *window;
  size_t n = 0, got;
  motiflow_result result;
  int i, bad = 0;
  FILE *file = count == 2 ? fopen(words[1], "rb") : NULL;
  if (file == NULL) {
    fprintf(stderr, "usage: example FILE of float32 windows\n");
    return 2;
  }
  while ((got = fread(window, sizeof *window, size, file)) == size) {
    if (motiflow_run(window, &result) != 0) {
      fprintf(stderr, "window %lu: a number is not finite\n", (unsigned long)n);
      bad = 1;
    } else {
      printf("%ld %s %u %s", (long)result.code, result.label < 0 ? "-" : motiflow_labels[result.label],
             (unsigned)result.confidence, result.motif < 0 ? "-" : motiflow_motifs[result.motif]);
      for (i = 0; i < MOTIFLOW_LATENT; i++) printf(" %u", (unsigned)result.bounded[i]);
      printf("\n");
    }
    n++;
  }
  fclose(file);
  if (got != 0) {
    fprintf(stderr, "the last window is cut short\n");
    bad = 1;
  }
  return bad;
}
