/**
 * TensorFlow.js as an encoder file sees it, by the name `@tensorflow/tfjs`: its core, its layers and the backend that
 * runs everywhere. The package of that name brings four times as much, and what there is more of describes no network:
 * WebGL, data sets, graph models. No module of the program imports this one.
 */
import "./tensor_methods.ts";

export * from "@tensorflow/tfjs-core";
export * from "@tensorflow/tfjs-layers";
export * from "@tensorflow/tfjs-backend-cpu";
