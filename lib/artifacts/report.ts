/** Report: an executed notebook and its page. */
import { directoryType } from "./artifact.ts";

/** The page of a report, one self-contained file. */
export const reportPage = "report.html";

/** Files: `report.ipynb` (executed) and `report.html` (one self-contained file). */
export const Report = directoryType("Report", "An executed notebook and its page");
