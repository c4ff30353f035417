/** All sources of recordings, in the order of the documentation: one line each. */
import type { Reader } from "./reader.ts";
import csv from "./sources/csv.ts";
import deeplabcut from "./sources/deeplabcut.ts";
import device from "./sources/device.ts";
import excel from "./sources/excel.ts";
import hapt from "./sources/hapt.ts";
import json from "./sources/json.ts";
import npy from "./sources/npy.ts";
import parquet from "./sources/parquet.ts";
import simulate from "./sources/simulate.ts";
import sleap from "./sources/sleap.ts";
import spSwHar from "./sources/sp_sw_har.ts";
import umafall from "./sources/umafall.ts";

export const readers: readonly Reader<any>[] = [
  simulate,
  hapt,
  spSwHar,
  umafall,
  csv,
  parquet,
  excel,
  json,
  npy,
  sleap,
  deeplabcut,
  device,
];
