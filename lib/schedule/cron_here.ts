/** What the cron of this machine knows of time zones. */
import type { CronHere } from "./units.ts";

/** Looks at the machine: cron reads its zone from /etc/localtime, not from the environment of whoever asks. */
export async function cronHere(): Promise<CronHere> {
  return { zone: await machineZone(), knowsZones: await isCronie() };
}

async function machineZone(): Promise<string> {
  try {
    const [, zone] = /zoneinfo\/(.+)$/.exec(await Deno.realPath("/etc/localtime")) ?? [];
    if (zone !== undefined) {
      new Intl.DateTimeFormat("en", { timeZone: zone });
      return zone;
    }
  } catch {
    // No such link, or to a zone without a name.
  }
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** `crontab -V` of cronie names itself; that of Debian knows no `-V`. */
async function isCronie(): Promise<boolean> {
  try {
    const { stdout, stderr } = await new Deno.Command("crontab", { args: ["-V"], stdin: "null" }).output();
    return /cronie/i.test(new TextDecoder().decode(new Uint8Array([...stdout, ...stderr])));
  } catch {
    return false;
  }
}
