import { tried } from "./reading.ts";
import { tryParameters } from "./trial.ts";

tryParameters(tried);
