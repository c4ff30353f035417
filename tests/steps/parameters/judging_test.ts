import { tried } from "./judging.ts";
import { tryParameters } from "./trial.ts";

tryParameters(tried);
