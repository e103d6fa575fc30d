#!/usr/bin/env python3
"""A session of closebell's archive as CSV: read_archive.py <DOCUMENT, where DOCUMENT is the bytes of `data` in
system_info.market_days, or the whole document as JSON (mongoexport, or EJSON.stringify in mongosh).

In a program: for row in read_archive.rows(document["data"]): ... Needs the module zstandard, or the command zstd."""
import base64, csv, datetime, json, struct, subprocess, sys

COLUMNS = ["close", "open", "high", "low", "change", "volume", "value", "listed_shares", "market_cap"]  # as they lie
MARKETS = ["KOSPI", "KOSDAQ", "KONEX"]
EXPECTED = {"open": "close", "high": "close", "low": "close", "value": "volume", "market_cap": "listed_shares"}


def decompress(blob):
    try:
        import zstandard
        return zstandard.ZstdDecompressor().decompress(blob)
    except ImportError:
        return subprocess.run(["zstd", "-dcq"], input=blob, stdout=subprocess.PIPE, check=True).stdout


def rows(blob):
    data = decompress(bytes(blob))
    magic, version, _, day, count = struct.unpack_from("<IHHiI", data)
    if magic != 0x53424C43 or version > 2: raise ValueError("not an archived session, or of a newer closebell")
    at = 16 + 8 * count
    table = [{"date": str(datetime.date(1970, 1, 1) + datetime.timedelta(day)), "code": data[16 + 6 * i:22 + 6 * i].decode(),
              "market": MARKETS[data[16 + 6 * count + i]]} for i in range(count)]
    for row, length in zip(table, data[16 + 7 * count:at]):
        row["name"], at = data[at:at + length].decode(), at + length
    for column in COLUMNS:  # zigzag varints: the value less what the columns before let one expect
        for row in table:
            value, shift = 0, 0
            while True:
                byte, at = data[at], at + 1
                value, shift = value | (byte & 0x7F) << shift, shift + 7
                if byte < 0x80: break
            other = EXPECTED.get(column)
            expected = 0 if not other else row["close"] * (1 if other == "close" else row[other])
            row[column] = ((value >> 1 ^ -(value & 1)) + expected + 2**63) % 2**64 - 2**63
    return table


if __name__ == "__main__":
    given = sys.stdin.buffer.read()
    if given.lstrip()[:1] == b"{": given = base64.b64decode(json.loads(given)["data"]["$binary"]["base64"])
    writer = csv.DictWriter(sys.stdout, ["date", "code", "name", "market", *COLUMNS], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows(given))
