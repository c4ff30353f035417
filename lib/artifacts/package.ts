/** Package: the deployment folder. */
import { directoryType } from "./artifact.ts";

/** Files: MANIFEST.json, SHA256SUMS, models/, selftest/, scripts/, docs/, results/. */
export const Package = directoryType("Package", "A self-verifying deployment package");
