/** Asks a user's own step for its `environment` with no more rights than the step has when it runs. */
/// <reference lib="deno.worker" />
import { factsFault } from "../../workflow/own/definition_faults.ts";
import { canonicalJson } from "../system/canonical_json.ts";
import { takePost } from "../../take_post.ts";
import { failureOf } from "./failure.ts";

const post = takePost();

self.addEventListener("message", async ({ data }) => {
  try {
    const definition = (await import(data.module)).default;
    const facts = await definition.environment?.(data.params) ?? {};
    const fault = factsFault(facts);
    if (fault !== undefined) throw new Error(fault);
    // Messages to another process would make null of what is no number, and leave out what is nothing.
    canonicalJson(facts, "environment");
    post({ facts });
  } catch (error) {
    post({ failure: failureOf(error) });
  }
});
