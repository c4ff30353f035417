/** Files as SLEAP's analysis export lays them out, written by the HDF5 library. */
import { File as Hdf5, ready } from "h5wasm";

const nodes = ["nose", "tail"], frames = 6;
/** x and y of a point of an animal in a frame. */
export const x = (a: number, p: number, t: number) => 100 * a + 10 * p + t;
export const y = (a: number, p: number, t: number) => -x(a, p, t);

/** `[tracks, 2, nodes, frames]`; a value is missing where `lost` says so. */
export async function analysisFile(
  tracks: string[],
  lost: (a: number, p: number, t: number) => boolean,
  change: (file: Hdf5) => void = () => {},
): Promise<Uint8Array> {
  const { FS } = await ready;
  const name = `written${Math.random()}`;
  const file = new Hdf5(name, "w");
  const over = <T>(make: (a: number, p: number, t: number) => T) =>
    tracks.flatMap((_, a) =>
      nodes.flatMap((_, p) => Array.from({ length: frames }, (_, t) => make(a, p, t)))
    );
  const values = tracks.flatMap((_, a) =>
    [x, y].flatMap((of) =>
      nodes.flatMap((_, p) => Array.from({ length: frames }, (_, t) => lost(a, p, t) ? NaN : of(a, p, t)))
    )
  );
  file.create_dataset({
    name: "tracks",
    data: new Float64Array(values),
    shape: [tracks.length, 2, nodes.length, frames],
  });
  file.create_dataset({ name: "track_names", data: tracks });
  file.create_dataset({ name: "node_names", data: nodes });
  file.create_dataset({
    name: "point_scores",
    // The tail is sure in every frame but the third.
    data: new Float64Array(over((_, p, t) => p === 1 && t === 2 ? 0.2 : 0.9)),
    shape: [tracks.length, nodes.length, frames],
  });
  change(file);
  file.close();
  const bytes = FS.readFile(name) as Uint8Array;
  FS.unlink(name);
  return bytes.slice();
}
