/**
 * Jupyter's messages: signing, framing and parsing.
 * Format: https://jupyter-client.readthedocs.io/en/stable/messaging.html
 */
import type { Json } from "../../artifacts/artifact.ts";

/** A message from or to a kernel. */
export interface JupyterMessage {
  type: string;
  /** `msg_id` of the request that this message belongs to; empty when there is none. */
  parent: string;
  content: Record<string, Json>;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const delimiter = "<IDS|MSG>";

/** Signs and checks messages with the key of a connection file (HMAC-SHA-256). */
export class Signer {
  readonly #key: CryptoKey;

  private constructor(key: CryptoKey) {
    this.#key = key;
  }

  static async of(key: string): Promise<Signer> {
    const algorithm = { name: "HMAC", hash: "SHA-256" };
    return new Signer(
      await crypto.subtle.importKey("raw", encoder.encode(key), algorithm, false, ["sign", "verify"]),
    );
  }

  /** The frames of a request, ready for the wire, and its `msg_id`. */
  async pack(type: string, content: Json, session: string): Promise<{ id: string; frames: string[] }> {
    const id = crypto.randomUUID();
    const header = {
      msg_id: id,
      session,
      username: "motiflow",
      date: new Date().toISOString(),
      msg_type: type,
      version: "5.3",
    };
    const parts = [header, {}, {}, content].map((part) => JSON.stringify(part));
    const digest = await crypto.subtle.sign("HMAC", this.#key, encoder.encode(parts.join("")));
    return { id, frames: [delimiter, new Uint8Array(digest).toHex(), ...parts] };
  }

  /** @throws {Error} when the frames are no message or the signature is wrong. */
  async unpack(frames: readonly Uint8Array[]): Promise<JupyterMessage> {
    const at = frames.findIndex((f) => f.length === delimiter.length && decoder.decode(f) === delimiter);
    if (at < 0 || frames.length < at + 6) {
      throw new Error(`Cannot read kernel message: ${frames.length} frames without delimiter`);
    }
    const [signature, ...parts] = frames.slice(at + 1, at + 6).map((f) => decoder.decode(f));
    const signed = encoder.encode(parts.join(""));
    const given = /^(?:[0-9a-f]{2})+$/.test(signature) ? Uint8Array.fromHex(signature) : new Uint8Array();
    if (!await crypto.subtle.verify("HMAC", this.#key, given, signed)) {
      throw new Error("Cannot read kernel message: the signature is wrong");
    }
    const [header, parent, , content] = parts.map((part) => JSON.parse(part));
    return { type: header.msg_type, parent: parent.msg_id ?? "", content };
  }
}
