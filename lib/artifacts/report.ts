/** Report: an executed notebook and its page. */
import { directoryType } from "./artifact.ts";

/** Files: `report.ipynb` (executed) and `report.html` (one self-contained file). */
export const Report = directoryType("Report", "An executed notebook and its page");
