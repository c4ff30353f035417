import { tried } from "./device.ts";
import { tryParameters } from "./trial.ts";

tryParameters(tried);
