/** Stand-in of `ssh-keygen -F host -f known_hosts`. */
const [flag, host, file, path] = Deno.args;
if (flag !== "-F" || file !== "-f") Deno.exit(1);
let text = "";
try {
  text = Deno.readTextFileSync(path);
} catch {
  Deno.exit(1);
}
Deno.exit(text.split("\n").some((line) => line.split(" ")[0].split(",").includes(host)) ? 0 : 1);
