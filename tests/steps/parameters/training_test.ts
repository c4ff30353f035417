import { tried } from "./training.ts";
import { tryParameters } from "./trial.ts";

tryParameters(tried);
