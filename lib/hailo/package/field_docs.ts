/** What a package says of its service: months on a device, and updates. */
import type { Pipeline } from "../../stream/pipeline_file.ts";

/** A section of `docs/deployment_guide.md`. @param levels Of the quantiser; null for a model without. */
export function fieldSection(
  { rate, window }: Pick<Pipeline, "rate" | "window">,
  levels: readonly number[] | null,
): string {
  const codes = levels === null ? "" : `
    logged-codes: { uses: import, from: logged, with: { type: codes, path: "logs/*.jsonl", levels: [${
    levels.join(", ")
  }] } }`;
  const sources = levels === null ? { windows: "logged" } : { windows: "logged", codes: "logged-codes" };
  const from = [
    ...Object.keys(sources).map((port) => `reference_${port}: ${port}`),
    ...Object.entries(sources).map(([port, source]) => `current_${port}: ${source}`),
  ];
  const perDay = Math.round(86400 * rate / window.hop);
  return `## In the field

As a systemd service, set up once on the device and without a network (NumPy is needed):

    sudo python3 service/install.py /dev/ttyUSB0 --user pi --signers allowed_signers --start -- --time t --subject S1

The source is a named pipe, a device, unix:PATH or tcp:PORT; what stands behind -- goes to service/serve.py, whose --help
tells all options. The package is copied to /opt/motiflow/<id>, /opt/motiflow/current points to it, and the unit may write to
/var/lib/motiflow only (ProtectSystem=strict, NoNewPrivileges). It is started again whenever it ends, for ever.

- A sensor that is unplugged, fails, or is silent for 10 s (--silence) leaves a \`gap\`; it is opened again after longer and
  longer pauses, one minute at most. A device that sends no header is told its columns by --header.
- A Hailo-8 that is reset or absent is replaced by onnxruntime, then NumPy, and used again once it is back; with
  --backend hailo it is waited for. Every change is a line \`device\`.
- The log is /var/lib/motiflow/log/predictions-000001.jsonl and so on: 16 files of 4 MiB at most (--keep, --max-bytes), the
  oldest removed first. Lines are those of scripts/stream.py with the time at which they were written; every file begins with
  a line \`start\`: package, wearer, predictions a second. A day has ${perDay} predictions.

Whether wearers, sensors or behaviours have drifted is told by \`monitor\` from these files:

    logged: { uses: import, with: { type: windows, path: "logs/*.jsonl", rate: ${
    rate / window.hop
  } } }${codes}
    drift:
      uses: monitor
      from: { ${from.join(", ")} }

Update. Whoever makes packages signs them, and the device holds the key that it trusts (\`allowed_signers\`, one line
\`NAME KEY\`; see ssh-keygen):

    ssh-keygen -Y sign -n motiflow-package -f KEY PACKAGE/SHA256SUMS
    sudo python3 /opt/motiflow/current/service/update.py install PACKAGE.tar.gz --identity NAME --restart motiflow
    sudo python3 /opt/motiflow/current/service/update.py rollback --restart motiflow

Nothing of a new package runs before its signature and every file have been checked. Its self-test runs before
\`current\` is switched, in one step; the version before is kept. Older versions need --older.

`;
}
