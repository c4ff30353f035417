/** Notices a store on a file system that other machines share, where locks may not reach from one to another. */

/** File systems over a network or in user space, by their names in `/proc/mounts`. */
const shared = /^(nfs\d?|cifs|smb\d?|smbfs|afs|9p|ceph|glusterfs|lustre|beegfs|gpfs|davfs|fuse(\..*)?)$/;

/**
 * A warning where `path` lies on such a file system; undefined where it does not, or where nothing is known of it.
 *
 * A lock there may be seen by processes of this machine only, so a run elsewhere is not waited for: it then makes the
 * same result a second time. Results stay right, because content enters the store by rename and a record comes last.
 *
 * @param mounts Text of `/proc/mounts`.
 */
export function sharedFileSystem(path: string, mounts = readMounts()): string | undefined {
  let [longest, type] = ["", ""];
  for (const line of mounts.split("\n")) {
    const [, folder, kind] = line.split(" ");
    if (folder === undefined || kind === undefined) continue;
    // Blanks in names are written as octal numbers.
    const plain = folder.replaceAll(/\\([0-7]{3})/g, (_, octal) => String.fromCharCode(parseInt(octal, 8)));
    const inside = path === plain || path.startsWith(plain === "/" ? "/" : `${plain}/`);
    // Of two mounts on one folder, the later hides the earlier.
    if (inside && plain.length >= longest.length) [longest, type] = [plain, kind];
  }
  if (!shared.test(type)) return undefined;
  return `The store lies on ${longest}, a file system of type ${type}: locks may not reach other machines, ` +
    "so do not run the same project on two of them at once; keep the project on a local disk";
}

function readMounts(): string {
  try {
    return Deno.readTextFileSync("/proc/mounts");
  } catch {
    return "";
  }
}
