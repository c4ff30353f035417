/** Where everything lies below `.motiflow/`. Nothing else in the engine builds these paths. */
import { join } from "../../path.ts";

/** Paths of one store. All but `blobs`, `actions`, `code` and `runs` can be deleted without losing a result. */
export class Layout {
  readonly root: string;
  /** `<root>/.motiflow`, or where that link leads. */
  readonly base: string;
  /** File contents by hash. */
  readonly objects: string;
  /** Read-only artifact directories by content id, hard links into `objects`. */
  readonly artifacts: string;
  /** Action records by key. */
  readonly actions: string;
  /** What each code id stands for. */
  readonly code: string;
  readonly runs: string;
  readonly locks: string;
  /** Attempt directories of running tasks, one folder per run. */
  readonly temporary: string;
  /** Folders of attempts that run as jobs of another scheduler; they outlive their driver. */
  readonly jobs: string;
  /** Files that were requested by URL, by hash. */
  readonly downloads: string;
  /** What long steps saved before they were killed, by action key. */
  readonly checkpoints: string;
  /** Hashes of files outside the store by stat. */
  readonly statCache: string;
  /** Last result of each task by workflow. */
  readonly latest: string;
  /** What is known of the user's own steps by module. */
  readonly steps: string;
  /** Code ids by the stats of the files that they follow from. */
  readonly codeIds: string;
  /** What was published last, by folder. */
  readonly published: string;
  /** Key of the hashes of environment values. */
  readonly secret: string;

  constructor(root: string) {
    this.root = root;
    this.base = realPath(join(root, ".motiflow"));
    this.objects = join(this.base, "objects");
    this.artifacts = join(this.base, "artifacts");
    this.actions = join(this.base, "actions");
    this.code = join(this.base, "code");
    this.runs = join(this.base, "runs");
    this.locks = join(this.base, "locks");
    this.temporary = join(this.base, "tmp");
    this.jobs = join(this.base, "jobs");
    this.downloads = join(this.base, "downloads");
    this.checkpoints = join(this.base, "checkpoints");
    this.statCache = join(this.base, "stat.json");
    this.latest = join(this.base, "latest");
    this.steps = join(this.base, "steps");
    this.codeIds = join(this.base, "code-ids.json");
    this.published = join(this.base, "published");
    this.secret = join(this.base, "secret");
  }

  blob(sha: string): string {
    return `${this.objects}/${sha.slice(0, 2)}/${sha.slice(2)}`;
  }

  artifact(id: string): string {
    return `${this.artifacts}/${id}`;
  }

  action(key: string): string {
    return `${this.actions}/${key.slice(0, 2)}/${key.slice(2)}.json`;
  }

  checkpoint(key: string): string {
    return `${this.checkpoints}/${key}`;
  }

  codeOf(id: string): string {
    return `${this.code}/${id}.json`;
  }

  lock(key: string): string {
    return `${this.locks}/${key}`;
  }

  run(id: string): string {
    return join(this.runs, id);
  }
}

/** Where a link leads, so that the store may lie on another disk: permissions of steps are given for real paths. */
function realPath(path: string): string {
  try {
    return Deno.realPathSync(path);
  } catch {
    return path;
  }
}
