/** Asks a user's own step for its `environment` with no more rights than the step has when it runs. */
/// <reference lib="deno.worker" />
import { failureOf } from "./failure.ts";

self.addEventListener("message", async ({ data }) => {
  try {
    const definition = (await import(data.module)).default;
    self.postMessage({ facts: await definition.environment?.(data.params) ?? {} });
  } catch (error) {
    self.postMessage({ failure: failureOf(error) });
  }
});
