# SPDX-License-Identifier: MIT
"""Flat images of DASDs, as Linux shows them, as Hercules has them (its CKD format:
header, then tracks with all their records)."""
import struct

HEADS, SECTORS, BLOCK = 15, 12, 4096
TRACK = 56832  # of a 3390
LABEL_DATA = (24, 144, 80)  # of the first records of a CDL disk, behind a key of 4 bytes
VTOC_KEY, VTOC_DATA = 44, 96


def _record(cyl, head, number, key, data):
    return struct.pack(">HHBBH", cyl, head, number, len(key), len(data)) + key + data


def _split(cdl, track, index, block):
    """Key and data of a record: Linux shows both as one block."""
    if cdl and track == 0 and index < len(LABEL_DATA):
        return block[:4], block[4:4 + LABEL_DATA[index]]
    if cdl and track == 1:
        return block[:VTOC_KEY], block[VTOC_KEY:VTOC_KEY + VTOC_DATA]
    return b"", block


def convert(flat, ckd, cdl):
    """Write the image @ckd from @flat, which has blocks of 4096 bytes."""
    with open(flat, "rb") as source, open(ckd, "wb") as out:
        out.write((b"CKD_P370" + struct.pack("<II", HEADS, TRACK) + b"\x90").ljust(512, b"\0"))
        track = 0
        while data := source.read(SECTORS * BLOCK):
            cyl, head = divmod(track, HEADS)
            found = struct.pack(">BHH", 0, cyl, head) + _record(cyl, head, 0, b"", bytes(8))
            for i in range(SECTORS):
                key, body = _split(cdl, track, i, data[i * BLOCK:(i + 1) * BLOCK])
                found += _record(cyl, head, i + 1, key, body)
            out.write((found + b"\xff" * 8).ljust(TRACK, b"\0"))
            track += 1
