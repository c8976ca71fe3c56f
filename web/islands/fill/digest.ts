// The hash by which a phone knows that the server has what it sent, byte for byte: SHA-256 of
// lines, the first of the part "submission", then one of each file in the order in which they are
// sent. A line is the part's own SHA-256, for a file with its name. The server takes the same of what came.
import { bytes, hexOf, sha256 as plain } from "./engine/digest";

/** A file that the phone cannot read any more. */
export class Unreadable extends Error {
  constructor(readonly file: string) { super(file); }
}

/** digestOf is the digest of what is sent: the text of the submission, and its files in order. It rejects with Unreadable. */
export async function digestOf(submission: string, files: [name: string, file: Blob][]): Promise<string> {
  let lines = await sha256(bytes(submission)) + "\n";
  for (const [name, file] of files) {
    const content = await new Response(file).arrayBuffer().catch(() => { throw new Unreadable(name); });
    lines += `${await sha256(new Uint8Array(content))} ${name}\n`;
  }
  return sha256(bytes(lines));
}

/** The SHA-256 in hexadecimal digits. Browsers have it over TLS alone. */
async function sha256(data: Uint8Array): Promise<string> {
  const subtle = (globalThis as { crypto?: Crypto }).crypto?.subtle;
  if (!subtle) return hexOf(plain(data));
  const hash = await subtle.digest("SHA-256", data as Uint8Array<ArrayBuffer>);
  return Array.from(new Uint8Array(hash), b => b.toString(16).padStart(2, "0")).join("");
}
