/** Nearest codebook vectors. */

/** Index of the nearest row of `codebook` `[K, d]` by squared distance for each row of `z` `[n, d]`; ties to the first. */
export function nearestCodes(z: ArrayLike<number>, codebook: Float32Array, d: number): Uint32Array {
  const codes = new Uint32Array(z.length / d);
  const size = codebook.length / d;
  for (let i = 0; i < codes.length; i++) {
    let best = Infinity;
    for (let k = 0; k < size; k++) {
      let distance = 0;
      for (let j = 0; j < d; j++) distance += (z[i * d + j] - codebook[k * d + j]) ** 2;
      if (distance < best) {
        best = distance;
        codes[i] = k;
      }
    }
  }
  return codes;
}
