import assert from "node:assert/strict";
import { Kernel, KernelError } from "../../../lib/report/kernel/kernel.ts";
import { lives } from "../../standins/lives.ts";

async function withKernel(use: (kernel: Kernel, scratch: string) => Promise<void>): Promise<void> {
  const scratch = await Deno.makeTempDir();
  try {
    const kernel = await Kernel.start({ cwd: scratch, scratch });
    try {
      await use(kernel, scratch);
    } finally {
      await kernel.shutdown();
    }
  } finally {
    await Deno.remove(scratch, { recursive: true });
  }
}

const text = (outputs: { type: string; content: Record<string, any> }[]) =>
  outputs.map((o) =>
    o.content.text ?? o.content.data?.["text/plain"] ?? `${o.content.ename}: ${o.content.evalue}`
  );

Deno.test("Kernel.execute() returns results, streams, displays and errors of each cell", async () => {
  await withKernel(async (kernel, scratch) => {
    assert.deepEqual(
      [...Deno.readDirSync(scratch)].filter((e) => !e.isDirectory),
      [],
      "the connection file with its key is gone",
    );
    assert.deepEqual(text(await kernel.execute("let a: number = 20; a + 1")), ["21"]);
    assert.deepEqual(text(await kernel.execute("console.log('out'); console.error('err'); undefined")), [
      "out\n",
      "err\n",
    ]);
    const displays = await kernel.execute(
      "for (const i of [1, 2, 3]) await Deno.jupyter.display({ 'text/plain': `d${i}` }, { raw: true }); undefined",
    );
    assert.deepEqual(text(displays), ["d1", "d2", "d3"]);
    const [error] = await kernel.execute("throw new RangeError('too far')");
    assert.equal(error.type, "error");
    assert.equal(error.content.evalue, "too far");
    assert.deepEqual(text(await kernel.execute("a")), ["20"], "state is kept, also after an error");
  });
});

Deno.test("Kernel.execute() keeps every line of a chatty cell in that cell", async () => {
  await withKernel(async (kernel) => {
    const lines = await kernel.execute("for (let i = 0; i < 500; i++) console.log(i)");
    assert.equal(text(lines).join(""), Array.from({ length: 500 }, (_, i) => `${i}\n`).join(""));
    assert.deepEqual(text(await kernel.execute("'next'")), ['"next"']);
    const quiet = await kernel.execute(
      "console.log('before'); console.log = () => {}; console.log('never'); undefined",
    );
    assert.deepEqual(text(quiet), ["before\n"]);
    assert.deepEqual(text(await kernel.execute("4")), ["4"], "a cell may replace console.log");
  });
});

Deno.test("Kernel.execute() reports errors that nobody awaits", async () => {
  await withKernel(async (kernel) => {
    const rejected = await kernel.execute("Promise.reject(new Error('lost')); undefined");
    assert.deepEqual(text(rejected), ["Unhandled rejection: Error: lost"]);
    const late = await kernel.execute("setTimeout(() => { throw new Error('late') }, 5); undefined");
    assert.deepEqual(text(late), ["Uncaught error: Error: late"]);
    assert.deepEqual(text(await kernel.execute("3")), ["3"], "the next result is not swallowed");
  });
});

Deno.test("Kernel.execute() fails when the kernel exits or is killed", async () => {
  await withKernel(async (kernel) => {
    await assert.rejects(kernel.execute("Deno.exit(3)"), /KernelError: .*the kernel ended \(exit code 3\)/);
    await assert.rejects(kernel.execute("1"), KernelError);
  });
  await withKernel(async (kernel) => {
    await assert.rejects(
      kernel.execute("Deno.kill(Deno.pid, 'SIGKILL'); await new Promise(() => {})"),
      /SIGKILL/,
    );
  });
});

Deno.test("Kernel.execute() kills a cell that outstays its time", async () => {
  await withKernel(async (kernel) => {
    await assert.rejects(
      kernel.execute("for (;;);", { timeoutSeconds: 0.3 }),
      /the cell ran longer than 0.3 s/,
    );
  });
});

Deno.test("Kernel.start() says why a program is no kernel", async () => {
  const scratch = await Deno.makeTempDir();
  try {
    await assert.rejects(
      Kernel.start({ cwd: scratch, scratch, program: "/bin/false" }),
      /the kernel ended \(exit code 1\)/,
    );
  } finally {
    await Deno.remove(scratch, { recursive: true });
  }
});

Deno.test("Kernel.execute() fails when the run is cancelled", async () => {
  const scratch = await Deno.makeTempDir();
  const controller = new AbortController();
  try {
    const kernel = await Kernel.start({ cwd: scratch, scratch, signal: controller.signal });
    const running = kernel.execute("await new Promise((done) => setTimeout(done, 60000))");
    controller.abort();
    await assert.rejects(running, /the run was cancelled/);
    await kernel.shutdown();
    await assert.rejects(Kernel.start({ cwd: scratch, scratch, signal: controller.signal }), /abort/i);
  } finally {
    await Deno.remove(scratch, { recursive: true });
  }
});

/** Whether the process ends within twenty seconds. */
async function ends(pid: number): Promise<boolean> {
  for (let i = 0; i < 800 && lives(pid); i++) await new Promise((done) => setTimeout(done, 25));
  return !lives(pid);
}

const startAndTell = (scratch: string, tell: string) =>
  `import { Kernel } from ${
    JSON.stringify(new URL("../../../lib/report/kernel/kernel.ts", import.meta.url).href)
  };
  const scratch = ${JSON.stringify(scratch)};
  const kernel = await Kernel.start({ cwd: scratch, scratch });
  const pid = (await kernel.execute("Deno.pid"))[0].content.data["text/plain"];
  ${tell}`;

Deno.test("the kernel ends when its client is killed", async () => {
  const scratch = await Deno.makeTempDir();
  try {
    const script = startAndTell(scratch, `console.log(pid); Deno.kill(Deno.pid, "SIGKILL");`);
    const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["eval", script], stderr: "null" })
      .output();
    const pid = Number(new TextDecoder().decode(stdout));
    assert.ok(pid > 0);
    assert.ok(await ends(pid));
  } finally {
    await Deno.remove(scratch, { recursive: true });
  }
});

Deno.test("the kernel ends when its client is a worker that is terminated", async () => {
  const scratch = await Deno.makeTempDir();
  try {
    const script = startAndTell(
      scratch,
      `postMessage(pid); await kernel.execute("await new Promise(() => {})");`,
    );
    const url = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
    const worker = new Worker(url, { type: "module" });
    const pid = await new Promise<number>((done) => worker.onmessage = ({ data }) => done(Number(data)));
    worker.terminate();
    URL.revokeObjectURL(url);
    assert.ok(pid > 0);
    assert.ok(await ends(pid));
  } finally {
    await Deno.remove(scratch, { recursive: true });
  }
});
