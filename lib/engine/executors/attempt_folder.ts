/**
 * The folder of one attempt that runs as a job of another scheduler, perhaps on another machine: all that driver and
 * job have in common. A job needs no driver. It is started by one command, reads `spec.json` and `in/`, writes into
 * `out/` and reports its end by renaming `status.json` into place, last of all.
 */
import { basename, join } from "../../path.ts";
import { currentRuntime } from "../key/action_key.ts";
import { readFiles, stampOf } from "../system/stamp.ts";
import type { AttemptSpec } from "./executor.ts";
import type { JobInput } from "./protocol.ts";
import { toWire, type WireEnd, type WireMessage, type WireSpec } from "./wire.ts";

/** Bytes of log after which a job's log lines are dropped: the run's own log is cut there as well. */
const longestLog = 1 << 22;

/** `spec.json`. */
export interface JobSpec extends WireSpec {
  runtime: ReturnType<typeof currentRuntime>;
  /** State of the code and the data that the key was computed from. */
  stamp: string;
  /** By what its job is found again. */
  submission: string;
}

/** `status.json`. */
export interface JobStatus {
  end: WireEnd;
  /** It was ended by a signal: the scheduler says why. */
  outside?: true;
  /** Host name. */
  node: string;
  seconds: number;
}

export class AttemptFolder {
  readonly name: string;
  readonly out: string;
  /** Where the job's scheduler puts what it prints. */
  readonly log: string;
  #read = 0;
  #logged = 0;

  constructor(readonly path: string) {
    this.name = basename(path);
    this.out = join(path, "out");
    this.log = join(path, "job.log");
  }

  /** Makes the folder with everything that the job needs. @param submission By what the job is found again. */
  stage(spec: AttemptSpec, submission: string): void {
    Deno.mkdirSync(join(this.path, "in"), { recursive: true });
    const wire = toWire(spec);
    const inputs: Record<string, JobInput[]> = {};
    for (const [port, items] of Object.entries(wire.job.inputs)) {
      inputs[port] = items.map((item, i) => {
        const dir = join(this.path, "in", `${port}.${i}`);
        Deno.symlinkSync(item.dir, dir, { type: "dir" });
        return { ...item, dir };
      });
    }
    const whole: JobSpec = {
      ...wire,
      job: { ...wire.job, inputs },
      runtime: currentRuntime(),
      stamp: stampOf(readFiles(spec.code, Object.values(spec.job.files).flat())),
      submission,
    };
    // Not flushed: a job that finds none fails, and is made again.
    this.#write("spec.json", new TextEncoder().encode(JSON.stringify(whole)), false);
  }

  /** Undefined where the folder was never completed. */
  spec(): JobSpec | undefined {
    return this.#json("spec.json");
  }

  /** Undefined while the job has not ended, or where it died. */
  status(): JobStatus | undefined {
    return this.#json("status.json");
  }

  end(status: JobStatus): void {
    this.#write("status.json", new TextEncoder().encode(JSON.stringify(status)));
  }

  /** On the job's side: to the driver, if there is one. */
  send(message: WireMessage): void {
    if (message.kind === "checkpoint") {
      this.#write("checkpoint", Uint8Array.fromBase64(message.state));
      message = { kind: "checkpoint", state: "" };
    } else if (message.kind === "log") {
      if (this.#logged > longestLog) return;
      this.#logged += message.message.length;
    }
    Deno.writeTextFileSync(join(this.path, "events.jsonl"), `${JSON.stringify(message)}\n`, { append: true });
  }

  /** On the driver's side: the messages since the last call. */
  received(): WireMessage[] {
    let file: Deno.FsFile;
    try {
      file = Deno.openSync(join(this.path, "events.jsonl"));
    } catch {
      return [];
    }
    using _ = file;
    const fresh = new Uint8Array(Math.max(0, file.statSync().size - this.#read));
    file.seekSync(this.#read, Deno.SeekMode.Start);
    let length = 0;
    while (length < fresh.length) {
      const n = file.readSync(fresh.subarray(length));
      if (n === null) break;
      length += n;
    }
    const whole = fresh.subarray(0, fresh.lastIndexOf(10, length - 1) + 1);
    this.#read += whole.length;
    const lines = new TextDecoder().decode(whole).split("\n").filter((line) => line !== "");
    return lines.map((line): WireMessage => {
      const message: WireMessage = JSON.parse(line);
      if (message.kind !== "checkpoint") return message;
      return { ...message, state: Deno.readFileSync(join(this.path, "checkpoint")).toBase64() };
    });
  }

  /** The last lines of what the job printed. */
  logTail(): string {
    try {
      return Deno.readTextFileSync(this.log).trimEnd().split("\n").slice(-20).join("\n");
    } catch {
      return "";
    }
  }

  /** Whether a job that works for `spec` made, or makes, the right thing: nothing that it reads was touched since. */
  fits({ code, job }: AttemptSpec): boolean {
    return this.spec()?.stamp === stampOf(readFiles(code, Object.values(job.files).flat()));
  }

  /** A job that is being cancelled may still write; `gc` takes what is left. */
  async remove(): Promise<void> {
    try {
      // Without it, the rest is of no use to anyone.
      Deno.removeSync(join(this.path, "spec.json"));
      await Deno.remove(this.path, { recursive: true });
    } catch {
      // Never completed, or still in use.
    }
  }

  #json<T>(name: string): T | undefined {
    try {
      return JSON.parse(Deno.readTextFileSync(join(this.path, name)));
    } catch {
      return undefined;
    }
  }

  #write(name: string, bytes: Uint8Array, flush = true): void {
    const path = join(this.path, name);
    {
      using file = Deno.openSync(`${path}.tmp`, { write: true, create: true, truncate: true });
      for (let at = 0; at < bytes.length;) at += file.writeSync(bytes.subarray(at));
      if (flush) file.syncDataSync();
    }
    Deno.renameSync(`${path}.tmp`, path);
  }
}
