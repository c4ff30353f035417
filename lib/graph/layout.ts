/**
 * Layered drawing of an acyclic graph after Sugiyama, Tagawa and Toda (1981): layers by longest path, long edges through
 * dummy nodes, order by barycentres, positions by averaging with neighbours.
 */

/** A box to place. */
export interface Box {
  id: string;
  width: number;
  height: number;
}

/** A placed box: its centre. */
export interface Placed extends Box {
  x: number;
  y: number;
  layer: number;
}

/** Positions of boxes, and for each edge the points that it runs through. */
export interface Layout {
  width: number;
  height: number;
  boxes: Map<string, Placed>;
  routes: { from: string; to: string; points: [x: number, y: number][] }[];
}

/** Distances in pixels. */
export interface Spacing {
  layer: number;
  box: number;
  margin: number;
}

const DUMMY = 12;
/** Layers that edges may cross in all, beyond those next to each other. */
const CROSSED = 20_000;

/** Lays out boxes from top to bottom; edges must have no cycle. The same input gives the same picture. */
export function layout(
  boxes: Box[],
  edges: { from: string; to: string }[],
  spacing: Spacing = { layer: 56, box: 28, margin: 16 },
): Layout {
  const layerOf = assignLayers(boxes.map((b) => b.id), edges);
  const placed = new Map<string, Placed>(
    boxes.map((b) => [b.id, { ...b, x: 0, y: 0, layer: layerOf.get(b.id)! }]),
  );
  const all: Placed[] = [...placed.values()];
  const links: [string, string][] = [];
  const span = ({ from, to }: { from: string; to: string }) => layerOf.get(to)! - layerOf.get(from)!;
  const routed = withinBudget(edges.map(span));
  const trunks = new Map<string, Placed>();
  const routes: Route[] = edges.map(({ from, to }, e) => {
    // An edge over several layers gets a dummy in each, so that it does not run through boxes. Those of one box share them:
    // they are one line up to where they part.
    const through: Placed[] = [placed.get(from)!];
    if (routed.has(e)) {
      for (let layer = layerOf.get(from)! + 1; layer < layerOf.get(to)!; layer++) {
        const id = `\u0000${from}:${layer}`;
        const known = trunks.get(id);
        const dummy = known ?? { id, width: DUMMY, height: 0, x: 0, y: 0, layer };
        if (known === undefined) {
          trunks.set(id, dummy);
          all.push(dummy);
          links.push([through.at(-1)!.id, id]);
        }
        through.push(dummy);
      }
      links.push([through.at(-1)!.id, to]);
    }
    through.push(placed.get(to)!);
    return { from, to, through };
  });
  const layers = order(all, links);
  const size = position(layers, links, spacing);
  return { ...size, boxes: placed, routes: attach(routes) };
}

type Route = { from: string; to: string; through: Placed[] };

/**
 * The edges that are led around boxes: the shortest ones, as long as they cross fewer layers than {@linkcode CROSSED}
 * together. The rest runs straight on: a drawing of so many long lines is not followed by anyone, but it has to be drawn.
 */
function withinBudget(spans: number[]): Set<number> {
  const routed = new Set<number>();
  let crossed = 0;
  for (const e of spans.keys().toArray().sort((a, b) => spans[a]! - spans[b]!)) {
    crossed += spans[e]! - 1;
    if (crossed > CROSSED) break;
    routed.add(e);
  }
  return routed;
}

/** Spreads the ends of edges over the sides of their boxes, in the order in which they come; a shared line has one end. */
function attach(routes: Route[]): Layout["routes"] {
  const ends = (end: (r: Route) => { box: Placed; next: Placed }) => {
    const offset = new Map<Route, number>();
    for (const [box, group] of Map.groupBy(routes, (r) => end(r).box)) {
      const places = [...new Set(group.map((r) => end(r).next))].sort((a, b) => a.x - b.x);
      const step = Math.min(14, (box.width - 20) / places.length);
      const at = new Map(places.map((next, i) => [next, (i - (places.length - 1) / 2) * step]));
      for (const route of group) offset.set(route, at.get(end(route).next)!);
    }
    return offset;
  };
  const starts = ends(({ through }) => ({ box: through[0]!, next: through[1]! }));
  const stops = ends(({ through }) => ({
    box: through[through.length - 1]!,
    next: through[through.length - 2]!,
  }));
  return routes.map((route) => ({
    from: route.from,
    to: route.to,
    points: route.through.map((p, i): [number, number] => {
      if (i === 0) return [p.x + starts.get(route)!, p.y + p.height / 2];
      if (i === route.through.length - 1) return [p.x + stops.get(route)!, p.y - p.height / 2];
      return [p.x, p.y];
    }),
  }));
}

/** Longest path from the sources, so that every edge points down. */
function assignLayers(ids: string[], edges: { from: string; to: string }[]): Map<string, number> {
  const into = new Map<string, number>(ids.map((id) => [id, 0]));
  const out = Map.groupBy(edges, (e) => e.from);
  for (const { to } of edges) into.set(to, into.get(to)! + 1);
  const layer = new Map<string, number>(ids.map((id) => [id, 0]));
  const ready = ids.filter((id) => into.get(id) === 0);
  let seen = 0;
  for (let id = ready.shift(); id !== undefined; id = ready.shift()) {
    seen++;
    for (const { to } of out.get(id) ?? []) {
      layer.set(to, Math.max(layer.get(to)!, layer.get(id)! + 1));
      into.set(to, into.get(to)! - 1);
      if (into.get(to) === 0) ready.push(to);
    }
  }
  if (seen < ids.length) throw new RangeError("Cannot lay out graph: it has a cycle");
  return layer;
}

type Neighbors = { up: Map<string, string[]>; down: Map<string, string[]> };

function neighbors(links: [string, string][]): Neighbors {
  const up = Map.groupBy(links, ([, to]) => to);
  const down = Map.groupBy(links, ([from]) => from);
  return {
    up: new Map([...up].map(([id, l]) => [id, l.map(([from]) => from)])),
    down: new Map([...down].map(([id, l]) => [id, l.map(([, to]) => to)])),
  };
}

/** Sorts each layer by the mean place of its neighbours, downwards and upwards; keeps the order with least crossings. */
function order(all: Placed[], links: [string, string][]): Placed[][] {
  const count = Math.max(-1, ...all.map((p) => p.layer)) + 1;
  let layers: Placed[][] = Array.from({ length: count }, (_, l) => all.filter((p) => p.layer === l));
  const near = neighbors(links);
  let best = layers.map((l) => [...l]);
  let least = crossings(best, near);
  for (let sweep = 0; sweep < 12 && least > 0; sweep++) {
    const down = sweep % 2 === 0;
    const side = down ? near.up : near.down;
    const place = new Map<string, number>();
    const sorted: Placed[][] = [];
    for (let i = 0; i < layers.length; i++) {
      const l = down ? i : layers.length - 1 - i;
      const keyed = layers[l]!.map((p, at) => {
        const places = (side.get(p.id) ?? []).map((id) => place.get(id)!);
        return { p, key: places.length === 0 ? at : places.reduce((a, b) => a + b, 0) / places.length };
      });
      sorted[l] = keyed.sort((a, b) => a.key - b.key).map((k) => k.p);
      sorted[l].forEach((p, at) => place.set(p.id, at));
    }
    layers = sorted;
    const now = crossings(layers, near);
    if (now < least) [best, least] = [layers.map((l) => [...l]), now];
  }
  return best;
}

function crossings(layers: Placed[][], near: Neighbors): number {
  let total = 0;
  for (let l = 1; l < layers.length; l++) {
    const place = new Map(layers[l - 1]!.map((p, at) => [p.id, at]));
    const ends = layers[l]!.flatMap((p) =>
      (near.up.get(p.id) ?? []).map((id) => place.get(id)!).sort((a, b) => a - b)
    );
    total += inversions(ends, layers[l - 1]!.length);
  }
  return total;
}

/** Pairs of which the first is the larger, counted in a Fenwick tree. @param values Whole numbers below `size`. */
function inversions(values: number[], size: number): number {
  const tree = new Int32Array(size + 1);
  let [total, seen] = [0, 0];
  for (const value of values) {
    total += seen;
    for (let i = value + 1; i > 0; i -= i & -i) total -= tree[i]!;
    for (let i = value + 1; i <= size; i += i & -i) tree[i]!++;
    seen++;
  }
  return total;
}

/** Gives coordinates: boxes move towards the mean of their neighbours as far as their layer leaves room. */
function position(
  layers: Placed[][],
  links: [string, string][],
  spacing: Spacing,
): { width: number; height: number } {
  let y = spacing.margin;
  for (const layer of layers) {
    const height = Math.max(...layer.map((p) => p.height));
    let x = 0;
    for (const p of layer) {
      [p.x, p.y] = [x + p.width / 2, y + height / 2];
      x += p.width + spacing.box;
    }
    y += height + spacing.layer;
  }
  const near = neighbors(links);
  const byId = new Map(layers.flat().map((p) => [p.id, p]));
  const mean = (ids: string[]) => ids.reduce((sum, id) => sum + byId.get(id)!.x, 0) / ids.length;
  for (let sweep = 0; sweep < 20; sweep++) {
    const down = sweep % 2 === 0;
    for (const layer of down ? layers : layers.toReversed()) {
      const wanted = layer.map((p) => {
        const ids = (down ? near.up : near.down).get(p.id) ?? [];
        return ids.length === 0 ? p.x : mean(ids);
      });
      pack(layer, wanted, spacing.box);
    }
  }
  const left = Math.min(...layers.flat().map((p) => p.x - p.width / 2));
  let right = 0;
  for (const p of byId.values()) {
    p.x += spacing.margin - left;
    right = Math.max(right, p.x + p.width / 2);
  }
  return { width: right + spacing.margin, height: Math.max(0, y - spacing.layer) + spacing.margin };
}

/** Least-squares positions that keep order and distance: the pool-adjacent-violators method on shifted positions. */
function pack(layer: Placed[], wanted: number[], gap: number): void {
  const shifts: number[] = [];
  let shift = 0;
  layer.forEach((p, i) => {
    if (i > 0) shift += (layer[i - 1]!.width + p.width) / 2 + gap;
    shifts.push(shift);
  });
  const blocks: { sum: number; n: number }[] = [];
  layer.forEach((_, i) => {
    blocks.push({ sum: wanted[i]! - shifts[i]!, n: 1 });
    while (blocks.length > 1 && mean(blocks.at(-2)!) >= mean(blocks.at(-1)!)) {
      const last = blocks.pop()!;
      blocks.at(-1)!.sum += last.sum;
      blocks.at(-1)!.n += last.n;
    }
  });
  let i = 0;
  for (const block of blocks) for (let k = 0; k < block.n; k++, i++) layer[i]!.x = mean(block) + shifts[i]!;
}

function mean(block: { sum: number; n: number }): number {
  return block.sum / block.n;
}
