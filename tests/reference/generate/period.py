#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Periods of days by Python's datetime: index of day, ISO week, month, quarter, and their texts.
Also the CRC-32 of the ISO weeks of every day from 1970 to 2399, one line a day.
usage: period.py > ../period.csv"""
import datetime
import platform
import random
import zlib

epoch = datetime.date(1970, 1, 1)
monday = datetime.date(1969, 12, 29)
print(f"# Python {platform.python_version()} datetime, script generate/period.py, date 2026-11-25")
print("date,day,week,month,quarter,week_text,week_begin,month_begin,quarter_begin")


def row(d):
    year, week, _ = d.isocalendar()
    months = 12 * (d.year - 1970) + d.month - 1
    first = d - datetime.timedelta(days=d.weekday())
    month = d.replace(day=1)
    quarter = d.replace(day=1, month=(d.month - 1) // 3 * 3 + 1)
    return [d.isoformat(), (d - epoch).days, (d - monday).days // 7, months, months // 3,
            f"{year:04}-W{week:02}", (first - epoch).days, (month - epoch).days, (quarter - epoch).days]


random.seed(20261125)
days = [datetime.date(1970, 1, 1), datetime.date(1970, 1, 4), datetime.date(1970, 1, 5),
        datetime.date(2000, 2, 29), datetime.date(2026, 11, 25), datetime.date(2020, 12, 31),
        datetime.date(2021, 1, 3), datetime.date(2100, 2, 28), datetime.date(9999, 12, 31)]
days += [epoch + datetime.timedelta(days=random.randrange(2932897)) for _ in range(200)]
for d in days:
    print(*row(d), sep=",")
text = "".join(",".join(map(str, row(epoch + datetime.timedelta(days=i)))) + "\n"
               for i in range((datetime.date(2400, 1, 1) - epoch).days))
print("all", zlib.crc32(text.encode()), 0, 0, 0, "-", 0, 0, 0, sep=",")
