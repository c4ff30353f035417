import { tried } from "./discovery.ts";
import { tryParameters } from "./trial.ts";

tryParameters(tried);
