/** What the page shows: the behaviour of now, a strip of the last windows, and the lines as every host prints them. */
import type { NamedLines } from "../../../stream/named_lines.ts";
import type { OpenPackage } from "./open_package.ts";

type Line = ReturnType<NamedLines["line"]>;
type Prediction = Extract<Line, { event: "prediction" }>;
type Decision = NonNullable<Prediction["smoothed"]>;

/** Windows in the strip, lines in the table. */
const most = { strip: 240, lines: 20 };

/** The elements of `web/index.html`. */
export class View {
  readonly #document: Document;
  /** Places of behaviours among the colours, in order of their first window. */
  readonly #colors = new Map<string, number>();
  #lines: string[] = [];
  #predictions = 0;
  #saved: string | undefined;

  constructor(document: Document) {
    this.#document = document;
  }

  open({ name, version, verdict, encoder, pipeline }: OpenPackage): void {
    const { length, context, rate } = encoder;
    this.#text("name", `${name} ${version}`);
    this.#document.title = name;
    const columns = pipeline.sensors.flatMap((sensor) =>
      pipeline.inputs.map(({ channel, unit }) => `${sensor}.${channel} (${unit})`)
    );
    this.#text(
      "facts",
      `Windows of ${(length - 2 * context) / rate} s, one every ${
        pipeline.window.hop / rate
      } s, at ${rate} Hz.` +
        (verdict === "recommended"
          ? ""
          : ` This package is not recommended for use: see docs/MODEL_CARD.md.`),
    );
    this.#text("columns", columns.join(", "));
    this.#text("state", "Ready.");
    this.#get<HTMLFieldSetElement>("source").disabled = false;
  }

  onFile(take: (file: File, time: string, units: string) => void): void {
    const file = this.#get<HTMLInputElement>("file");
    const [time, units] = ["time", "units"].map((id) => this.#get<HTMLInputElement>(id));
    file.addEventListener("change", () => {
      if (file.files?.[0] !== undefined) take(file.files[0], time.value.trim(), units.value.trim());
      file.value = ""; // the same file again is a change too
    });
  }

  onSensors(take: () => void): void {
    this.#get("sensors").addEventListener("click", take);
  }

  onStop(stop: () => void): void {
    this.#get("stop").addEventListener("click", stop);
  }

  /** Says why the device's own sensors are no source. */
  withoutSensors(why: string): void {
    this.#get<HTMLButtonElement>("sensors").disabled = true;
    this.#text("no-sensors", why);
  }

  begin(source: string): void {
    this.#lines = [];
    this.#predictions = 0;
    this.#text("state", `Reading ${source} …`);
    this.#text("error", "");
    this.#text("behaviour", "–");
    this.#text("confidence", "");
    for (const id of ["strip", "notes", "rows"]) this.#get(id).replaceChildren();
    this.#get<HTMLButtonElement>("stop").disabled = false;
    this.#get("save").hidden = true;
  }

  show(line: Line): void {
    this.#lines.push(JSON.stringify(line));
    if (line.event === "end") return void line.smoothed.forEach((decision) => this.#smoothed(decision));
    this.#predictions++;
    const { index, behaviour, code, confidence, motif, seconds } = line;
    const name = behaviour ?? (code === null ? "–" : `code ${code}`);
    const known = motif === undefined ? confidence : motif.confidence;
    const sure = name === "unknown" ? null : known;
    this.#text("behaviour", name);
    this.#text("confidence", sure === null ? "" : `${Math.round(sure * 100)} %`);
    this.#text("state", `${this.#predictions} windows`);
    this.#bar(name, seconds);
    const row = this.#make("tr");
    row.id = `window-${index}`;
    const cells = [seconds.toFixed(2), code ?? "", name, sure?.toFixed(3) ?? "", ""];
    row.append(...cells.map((cell) => this.#make("td", String(cell))));
    this.#append("rows", row, most.lines);
    if (line.smoothed !== null) this.#smoothed(line.smoothed);
  }

  /** Smoothed labels come later than the windows that they are about. */
  #smoothed({ index, label }: Decision): void {
    const cell = this.#document.getElementById(`window-${index}`)?.lastElementChild;
    if (cell != null) cell.textContent = label;
  }

  /** Something that does not end the stream. */
  note(text: string): void {
    this.#append("notes", this.#make("li", text), most.lines);
  }

  fail(text: string): void {
    this.#text("error", text);
    this.#text("state", "Stopped.");
    this.#get<HTMLButtonElement>("stop").disabled = true;
  }

  end(): void {
    this.#text("state", `Done: ${this.#predictions} windows.`);
    this.#get<HTMLButtonElement>("stop").disabled = true;
    const save = this.#get<HTMLAnchorElement>("save");
    if (this.#saved !== undefined) URL.revokeObjectURL(this.#saved);
    this.#saved = URL.createObjectURL(
      new Blob([this.#lines.join("\n") + "\n"], { type: "application/jsonl" }),
    );
    Object.assign(save, { href: this.#saved, hidden: false });
  }

  #bar(name: string, seconds: number): void {
    if (!this.#colors.has(name)) this.#colors.set(name, this.#colors.size);
    const bar = this.#make("span");
    bar.className = name === "unknown" ? "unknown" : `c${this.#colors.get(name)! % 8}`;
    bar.title = `${seconds.toFixed(2)} s: ${name}`;
    const strip = this.#get("strip");
    strip.append(bar);
    if (strip.childElementCount > most.strip) strip.firstElementChild!.remove();
  }

  /** Puts the newest first and lets go of the oldest. */
  #append(id: string, element: Element, count: number): void {
    const parent = this.#get(id);
    parent.prepend(element);
    if (parent.childElementCount > count) parent.lastElementChild!.remove();
  }

  #get<E extends HTMLElement>(id: string): E {
    return this.#document.getElementById(id) as E;
  }

  #text(id: string, text: string): void {
    this.#get(id).textContent = text;
  }

  #make(tag: string, text = ""): HTMLElement {
    const element = this.#document.createElement(tag);
    element.textContent = text;
    return element;
  }
}
