/** What a stream prints: names put to the numbers of labels and motifs. Every host of a package prints the same lines. */
import type { Decision, Prediction } from "./classifier.ts";
import type { StreamEvent } from "./classify_stream.ts";

/** What is neither a motif nor close to one. */
const unknown = "unknown";

/** Makes the lines of one stream; it remembers which windows no motif covers until their smoothed label has come. */
export class NamedLines {
  readonly #labels: readonly string[];
  /** Names of motifs; undefined where class labels are all there is. */
  readonly #motifs: readonly string[] | undefined;
  /** What smoothed labels number: states of a model, else motifs, else class labels. */
  readonly #smoothed: readonly string[];
  /** Windows whose code nobody had seen, by subject and index. */
  readonly #unseen = new Set<string>();

  constructor(labels: readonly string[], motifs: readonly string[] | undefined, states?: readonly string[]) {
    this.#smoothed = states ?? motifs ?? labels;
    this.#labels = labels;
    this.#motifs = motifs;
  }

  /** One line as an object. */
  line(event: Extract<StreamEvent, { event: "prediction" | "end" }>) {
    const { subject } = event;
    const who = subject === undefined ? {} : { subject };
    if (event.event === "end") {
      const { reason, decisions } = event;
      return {
        event: "end" as const,
        ...who,
        reason,
        smoothed: decisions.map((d) => this.#decision(d, subject)),
      };
    }
    const { prediction: p, time } = event;
    if (p.motif?.unseen === true) this.#unseen.add(`${subject} ${p.index}`);
    return {
      event: "prediction" as const,
      ...who,
      index: p.index,
      start: p.start,
      end: p.end,
      seconds: p.seconds,
      ...(time === null ? {} : { time }),
      code: p.code,
      label: p.label === null ? null : this.#labels[p.label],
      confidence: share(p.confidence),
      uncertainty: share(p.uncertainty),
      ...(p.motif === null ? {} : { motif: this.#motif(p.motif) }),
      behaviour: this.#behaviour(p),
      smoothed: p.smoothed === null ? null : this.#decision(p.smoothed, subject),
    };
  }

  #behaviour({ motif, label }: Prediction): string | null {
    if (motif === null) return label === null ? null : this.#labels[label];
    return motif.id < 0 || motif.unseen ? unknown : this.#motifs![motif.id];
  }

  #motif({ id, confidence, unseen }: NonNullable<Prediction["motif"]>) {
    return { id, name: id < 0 ? "unassigned" : this.#motifs![id], confidence: share(confidence), unseen };
  }

  #decision({ index, label: id }: Decision, subject: string | undefined) {
    const unseen = this.#unseen.delete(`${subject} ${index}`);
    const label = unseen ? unknown : id < 0 ? "unassigned" : this.#smoothed[id];
    return { index, id, label };
  }
}

const share = (value: number | null) => value === null ? null : +value.toFixed(6);
