import assert from "node:assert/strict";
import { Zmtp } from "../../../lib/report/kernel/zmtp.ts";

const encoder = new TextEncoder();

/** Plays the other side of one connection, byte by byte as the specification has it. */
async function withPeer(
  peer: (connection: Deno.TcpConn, read: (n: number) => Promise<Uint8Array>) => Promise<void>,
  client: (port: number) => Promise<void>,
): Promise<void> {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const serving = (async () => {
    using connection = await listener.accept();
    const read = async (n: number) => {
      const out = new Uint8Array(n);
      for (let at = 0; at < n;) {
        const k = await connection.read(out.subarray(at));
        if (k === null) throw new Error("client closed");
        at += k;
      }
      return out;
    };
    await peer(connection, read);
  })();
  try {
    await client(listener.addr.port);
    await serving;
  } finally {
    listener.close();
  }
}

async function write(connection: Deno.TcpConn, bytes: ArrayLike<number>): Promise<void> {
  const all = Uint8Array.from(bytes);
  for (let at = 0; at < all.length;) at += await connection.write(all.subarray(at));
}

const greeting = [0xff, 0, 0, 0, 0, 0, 0, 0, 1, 0x7f, 3, 0, ...encoder.encode("NULL"), ...new Uint8Array(48)];
const ready = [4, 6, 5, ...encoder.encode("READY")];

async function shakeHands(
  connection: Deno.TcpConn,
  read: (n: number) => Promise<Uint8Array>,
): Promise<string> {
  await write(connection, greeting);
  const theirs = await read(64);
  assert.equal(theirs[0], 0xff);
  assert.equal(theirs[10], 3);
  assert.equal(new TextDecoder().decode(theirs.subarray(12, 16)), "NULL");
  const [flags, size] = await read(2);
  assert.equal(flags, 4);
  const body = new TextDecoder().decode(await read(size));
  await write(connection, ready);
  return body;
}

Deno.test("Zmtp.open() shakes hands and sends frames with short and long headers", async () => {
  const long = "x".repeat(300);
  await withPeer(async (connection, read) => {
    const body = await shakeHands(connection, read);
    assert.match(body, /READY.*Socket-Type.*DEALER.*Identity/s);
    assert.deepEqual([...await read(2)], [1, 2]);
    assert.deepEqual([...await read(2)], [...encoder.encode("ab")]);
    const header = await read(9);
    assert.equal(header[0], 2);
    assert.equal(new DataView(header.buffer).getBigUint64(1), 300n);
    assert.equal(new TextDecoder().decode(await read(300)), long);
  }, async (port) => {
    const socket = await Zmtp.open(port, "DEALER");
    await socket.send(["ab", long]);
    socket.close();
  });
});

Deno.test("Zmtp.receive() joins frames however the bytes are cut, and skips commands", async () => {
  const big = new Uint8Array(3_000_000).map((_, i) => i % 251);
  await withPeer(async (connection, read) => {
    await shakeHands(connection, read);
    assert.deepEqual([...await read(3)], [0, 1, 1], "subscription to everything");
    const header = new Uint8Array(9);
    header[0] = 2;
    new DataView(header.buffer).setBigUint64(1, BigInt(big.length));
    const bytes = [1, 3, ...encoder.encode("one"), 4, 5, 4, ...encoder.encode("PING"), ...header];
    for (const byte of bytes.slice(0, 8)) await write(connection, [byte]);
    await write(connection, bytes.slice(8));
    await write(connection, big);
    await write(connection, [0, 0]);
  }, async (port) => {
    const socket = await Zmtp.open(port, "SUB");
    const [one, two] = await socket.receive();
    assert.equal(new TextDecoder().decode(one), "one");
    assert.deepEqual(two, big);
    assert.deepEqual(await socket.receive(), [new Uint8Array()]);
    socket.close();
  });
});

Deno.test("Zmtp.receive() fails when the peer closes the connection", async () => {
  await withPeer(async (connection, read) => {
    await shakeHands(connection, read);
    await write(connection, [0, 5, 1]);
  }, async (port) => {
    const socket = await Zmtp.open(port, "DEALER");
    await assert.rejects(socket.receive(), /peer closed the connection/);
    socket.close();
    socket.close();
  });
});

Deno.test("Zmtp.open() refuses a peer that does not speak ZMTP 3", async () => {
  await withPeer(
    (connection) => write(connection, encoder.encode("HTTP/1.1 400 Bad Request\r\n".padEnd(64))),
    (port) => assert.rejects(Zmtp.open(port, "DEALER"), /does not speak ZMTP 3/),
  );
});
