"""A workbook as spreadsheet programs write it, by openpyxl: python3 tests/reference/sheets.py tests/reference/sheets.xlsx"""
import datetime
import sys

import openpyxl

workbook = openpyxl.Workbook()
samples = workbook.active
samples.title = "Trial 1"
samples.append(["time", "acc_x", "acc_y", "acc_z", "label", "who"])
samples.append(["", "g", "g", "g", "", ""])
start = datetime.datetime(2026, 3, 4, 12)
for i in range(100):
    when = start + datetime.timedelta(milliseconds=20 * i)
    row = [when, i / 8, -i / 4, 1, "sit, still" if i < 50 else "walk", "Jörg"]
    samples.append(row)
# A formula that no program has computed has no value.
samples["C12"] = "=1+1"
samples["D13"] = None
notes = workbook.create_sheet("Notes")
notes.append(["made by", "nobody"])
notes.append([datetime.time(12, 3, 4), True])
workbook.create_sheet("Empty")
workbook.save(sys.argv[1])
