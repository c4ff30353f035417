/** A real Slurm on the loopback address, two nodes, with a key and folders of its own; skipped where it is absent. */
import { userInfo } from "node:os";
import { join } from "node:path";

const programs = ["munged", "slurmctld", "slurmd", "sbatch", "squeue", "scancel", "sacct"];

const nodes = ["one", "two"];

/** Why no Slurm can be started here; undefined when one can. */
export function slurmMissing(): string | undefined {
  if (Deno.build.os !== "linux") return "Slurm runs on Linux only";
  const there = (name: string) =>
    ["/usr/sbin", "/usr/bin"].some((folder) => {
      try {
        return Deno.statSync(join(folder, name)).isFile;
      } catch {
        return false;
      }
    });
  const missing = programs.find((name) => !there(name));
  return missing && `${missing} is not there (Debian: slurmctld, slurmd, slurm-client, munge)`;
}

export class SlurmCluster implements AsyncDisposable {
  readonly #daemons: Deno.ChildProcess[] = [];
  #slurmctld: Deno.ChildProcess | undefined;

  readonly #dir: string;

  private constructor(dir: string) {
    this.#dir = dir;
  }

  /**
   * Starts a cluster and makes this process a client of it, until it is disposed of. Jobs of the partition `urgent` take the
   * nodes from others.
   *
   * @param settings Lines of the configuration beside its own.
   */
  static async start(settings: Record<string, string | number> = {}): Promise<SlurmCluster> {
    const cluster = new SlurmCluster(Deno.makeTempDirSync({ prefix: "motiflow-slurm-" }));
    try {
      await cluster.#start(settings);
    } catch (error) {
      await cluster[Symbol.asyncDispose]();
      throw error;
    }
    return cluster;
  }

  async #start(settings: Record<string, string | number>): Promise<void> {
    const dir = this.#dir;
    const at = (name: string) => join(dir, name);
    for (const name of ["munge", "state"]) Deno.mkdirSync(at(name), { mode: 0o755 });
    for (const node of nodes) Deno.mkdirSync(at(`spool.${node}`), { mode: 0o755 });
    Deno.chmodSync(dir, 0o755);
    Deno.writeFileSync(at("key"), crypto.getRandomValues(new Uint8Array(1024)), { mode: 0o600 });
    const { username } = userInfo();
    const conf = {
      ClusterName: "motiflow",
      SlurmctldHost: "localhost(127.0.0.1)",
      SlurmctldPort: freePort(),
      CommunicationParameters: "NoCtldInAddrAny,NoInAddrAny",
      AuthType: "auth/munge",
      AuthInfo: `socket=${at("munge/socket")}`,
      SlurmUser: username,
      SlurmdUser: username,
      StateSaveLocation: at("state"),
      SlurmdSpoolDir: at("spool.%n"),
      SlurmctldPidFile: at("slurmctld.pid"),
      SlurmdPidFile: at("slurmd.%n.pid"),
      SlurmctldLogFile: at("slurmctld.log"),
      SlurmdLogFile: at("slurmd.%n.log"),
      ProctrackType: "proctrack/linuxproc",
      TaskPlugin: "task/none",
      SelectType: "select/cons_tres",
      SelectTypeParameters: "CR_Core_Memory",
      ReturnToService: 2,
      MpiDefault: "none",
      JobAcctGatherType: "jobacct_gather/none",
      AccountingStorageType: "accounting_storage/none",
      SchedulerParameters: "sched_interval=1,batch_sched_delay=0",
      KillWait: 1,
      // More jobs at once than the machine has processors: most of them wait for something.
      SlurmdParameters: "config_overrides",
      DefMemPerCPU: 50,
      PreemptType: "preempt/partition_prio",
      PreemptMode: "CANCEL",
      ...settings,
    };
    const lines = [
      ...Object.entries(conf).map(([name, value]) => `${name}=${value}`),
      ...nodes.map((node) =>
        `NodeName=${node} NodeHostname=localhost NodeAddr=127.0.0.1 Port=${freePort()} CPUs=16 RealMemory=3000 State=UNKNOWN`
      ),
      `PartitionName=main Nodes=${nodes} Default=YES MaxTime=INFINITE State=UP PriorityTier=1`,
      `PartitionName=urgent Nodes=${nodes} MaxTime=INFINITE State=UP PriorityTier=2`,
    ];
    Deno.writeTextFileSync(at("slurm.conf"), lines.join("\n") + "\n");
    Deno.env.set("SLURM_CONF", at("slurm.conf"));
    const files = ["socket", "pid", "log", "seed"].map((name) =>
      `--${name === "socket" ? name : `${name}-file`}=${at(`munge/${name}`)}`
    );
    this.#daemon("/usr/sbin/munged", ["--foreground", "--force", `--key-file=${at("key")}`, ...files]);
    await until("munged", () => exists(at("munge/socket")));
    this.#startController();
    for (const node of nodes) this.#daemon("/usr/sbin/slurmd", ["-D", "-N", node]);
    await until(
      "the nodes",
      async () => await this.ask("sinfo", "--noheader", "--format=%T %D") === "idle 2",
    );
  }

  #daemon(program: string, args: string[]): Deno.ChildProcess {
    const child = new Deno.Command(program, { args, stdin: "null", stdout: "null", stderr: "null" }).spawn();
    this.#daemons.push(child);
    return child;
  }

  #startController(): void {
    this.#slurmctld = this.#daemon("/usr/sbin/slurmctld", ["-D"]);
  }

  /** Nobody answers any more. */
  async stopController(): Promise<void> {
    this.#slurmctld!.kill("SIGTERM");
    await this.#slurmctld!.status;
  }

  /** What a command of Slurm prints. */
  async ask(program: string, ...args: string[]): Promise<string> {
    const { stdout } = await new Deno.Command(program, { args, stdin: "null", stderr: "null" }).output();
    return new TextDecoder().decode(stdout).trim();
  }

  /** All jobs of a project so far: id, state and name. */
  async jobs(root: string): Promise<{ id: string; state: string; name: string }[]> {
    const text = await this.ask(
      "squeue",
      "--noheader",
      "--array",
      "--states=all",
      "--sort=i",
      "--format=%i %T %j %Z",
    );
    return text.split("\n").filter((line) => line.endsWith(` ${root}`)).map((line) => {
      const [id, state, name] = line.split(" ");
      return { id, state, name };
    });
  }

  /** The same when Slurm has cleared up behind all that have said their end. */
  async endedJobs(root: string): Promise<{ id: string; state: string; name: string }[]> {
    let jobs: { id: string; state: string; name: string }[] = [];
    await until("the ends of the jobs", async () => {
      jobs = await this.jobs(root);
      return jobs.every(({ state }) => state !== "COMPLETING");
    });
    return jobs;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    Deno.env.delete("SLURM_CONF");
    for (const child of this.#daemons.toReversed()) {
      try {
        child.kill("SIGKILL");
      } catch {
        // Stopped already.
      }
      await child.status;
    }
    // The keepers of jobs are no children of the daemons; they wait long for a controller that is gone. Tests beside
    // this one share its environment, so the variable alone does not tell whose a process is.
    const mine = `SLURM_CONF=${join(this.#dir, "slurm.conf")}`;
    for (const { name } of Deno.readDirSync("/proc")) {
      try {
        if (!/^\d+$/.test(name)) continue;
        const environment = Deno.readTextFileSync(`/proc/${name}/environ`);
        const ofSlurm = environment.includes("SLURM_JOB_ID=") ||
          Deno.readTextFileSync(`/proc/${name}/comm`).startsWith("slurm");
        if (environment.includes(mine) && ofSlurm) Deno.kill(Number(name), "SIGKILL");
      } catch {
        // Gone, or not ours.
      }
    }
    await Deno.remove(this.#dir, { recursive: true });
  }
}

function exists(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch {
    return false;
  }
}

/** Milliseconds between two checks: one may start a program. */
const pause = 150;

/** Waits until `check` holds; fails after two minutes, or as many seconds as are given. */
export async function until(
  what: string,
  check: () => boolean | Promise<boolean>,
  seconds = 120,
): Promise<void> {
  for (const late = performance.now() + 1000 * seconds; !await check();) {
    if (performance.now() > late) throw new Error(`${what} did not come within ${seconds} s`);
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return (listener.addr as Deno.NetAddr).port;
}
