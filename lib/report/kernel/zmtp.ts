/**
 * A client for ZMTP 3.0, the wire protocol of ZeroMQ, as far as a Jupyter client needs it: DEALER and SUB sockets over
 * loopback TCP with the NULL mechanism. Native ZeroMQ bindings are unreliable under Deno, and need compiled code.
 * Protocol: https://rfc.zeromq.org/spec/23/
 */
const encoder = new TextEncoder();

const flag = { more: 1, long: 2, command: 4 } as const;

/** Bytes that arrive in pieces, taken out in order: a piece is copied once, however large the frame. */
class ByteQueue {
  #chunks: Uint8Array[] = [];
  #offset = 0;
  length = 0;

  push(chunk: Uint8Array): void {
    this.#chunks.push(chunk);
    this.length += chunk.length;
  }

  /** Takes the next `n` bytes; the caller makes sure that they are there. */
  take(n: number): Uint8Array {
    const out = new Uint8Array(n);
    for (let filled = 0; filled < n;) {
      const head = this.#chunks[0];
      const part = head.subarray(this.#offset, this.#offset + n - filled);
      out.set(part, filled);
      filled += part.length;
      this.#offset += part.length;
      if (this.#offset === head.length) {
        this.#chunks.shift();
        this.#offset = 0;
      }
    }
    this.length -= n;
    return out;
  }
}

/** One frame on the wire, with its header. */
function frame(body: Uint8Array, flags: number): Uint8Array {
  const long = body.length > 255;
  const out = new Uint8Array((long ? 9 : 2) + body.length);
  out[0] = flags | (long ? flag.long : 0);
  if (long) new DataView(out.buffer).setBigUint64(1, BigInt(body.length));
  else out[1] = body.length;
  out.set(body, long ? 9 : 2);
  return out;
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

function ready(type: string): Uint8Array {
  const property = (name: string, value: string) => {
    const [n, v] = [encoder.encode(name), encoder.encode(value)];
    return [n.length, ...n, 0, 0, 0, v.length, ...v];
  };
  const identity = type === "DEALER" ? property("Identity", "") : [];
  return Uint8Array.from([5, ...encoder.encode("READY"), ...property("Socket-Type", type), ...identity]);
}

/** One connection to a ZeroMQ peer on this machine. */
export class Zmtp {
  readonly #connection: Deno.TcpConn;
  readonly #queue = new ByteQueue();
  #closed = false;
  /** Writes wait for one another: two messages must not interleave on the wire. */
  #writing: Promise<void> = Promise.resolve();

  private constructor(connection: Deno.TcpConn) {
    this.#connection = connection;
  }

  /**
   * Connects to `127.0.0.1:port` and shakes hands. A `SUB` socket subscribes to everything.
   *
   * @throws {Error} when nobody listens or the peer does not speak ZMTP.
   */
  static async open(port: number, type: "DEALER" | "SUB"): Promise<Zmtp> {
    const socket = new Zmtp(await Deno.connect({ hostname: "127.0.0.1", port }));
    try {
      const greeting = new Uint8Array(64);
      greeting.set([0xff, 0, 0, 0, 0, 0, 0, 0, 1, 0x7f, 3]);
      greeting.set(encoder.encode("NULL"), 12);
      await socket.#write(greeting);
      const answer = await socket.#read(64);
      if (answer[0] !== 0xff || answer[9] !== 0x7f || answer[10] < 3) {
        throw new Error(`Cannot open ZMTP connection: port ${port} does not speak ZMTP 3`);
      }
      await socket.#write(frame(ready(type), flag.command));
      if (((await socket.#frame()).flags & flag.command) === 0) {
        throw new Error(`Cannot open ZMTP connection: port ${port} sent no READY`);
      }
      if (type === "SUB") await socket.send([Uint8Array.from([1])]);
      return socket;
    } catch (error) {
      socket.close();
      throw error;
    }
  }

  /** Sends one message of one or more parts; texts as UTF-8. */
  async send(parts: readonly (string | Uint8Array)[]): Promise<void> {
    const frames = parts.map((part, i) => {
      const body = typeof part === "string" ? encoder.encode(part) : part;
      return frame(body, i < parts.length - 1 ? flag.more : 0);
    });
    await this.#write(concatenate(frames));
  }

  /**
   * Receives the parts of the next message. Commands in between (heartbeats) are skipped.
   *
   * @throws {Error} when the peer closed the connection.
   */
  async receive(): Promise<Uint8Array[]> {
    const parts: Uint8Array[] = [];
    for (;;) {
      const { flags, body } = await this.#frame();
      if ((flags & flag.command) !== 0) continue;
      parts.push(body);
      if ((flags & flag.more) === 0) return parts;
    }
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#connection.close();
  }

  async #frame(): Promise<{ flags: number; body: Uint8Array }> {
    const flags = (await this.#read(1))[0];
    const size = (flags & flag.long) !== 0
      ? Number(new DataView((await this.#read(8)).buffer).getBigUint64(0))
      : (await this.#read(1))[0];
    return { flags, body: await this.#read(size) };
  }

  #write(bytes: Uint8Array): Promise<void> {
    const written = this.#writing.then(async () => {
      for (let at = 0; at < bytes.length;) at += await this.#connection.write(bytes.subarray(at));
    });
    this.#writing = written.catch(() => {});
    return written;
  }

  async #read(n: number): Promise<Uint8Array> {
    while (this.#queue.length < n) {
      const chunk = new Uint8Array(65536);
      const size = await this.#connection.read(chunk);
      if (size === null) throw new Error("Cannot receive ZMTP message: peer closed the connection");
      this.#queue.push(chunk.subarray(0, size));
    }
    return this.#queue.take(n);
  }
}
