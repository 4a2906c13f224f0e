#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Decode everything zipl wrote on a disk image: an independent reader.

It shares no code with s390-ipl and knows more layouts; compare.py sets the two
against each other.

usage: zipl_dump.py IMAGE [-b BLOCKSIZE] [-s SPT] [-H HEADS] [-v] [-x DIR]
 -x DIR: write the loaded memory of every program as DIR/<route>-<n>.<addr>.bin
As a module: Disk(path).routes() -> list of Route(kind, table_block, programs, menu)
"""
import argparse, os, struct, sys
from dataclasses import dataclass, field

E = lambda s: s.encode("cp037")
SPT = {4096: 12, 2048: 21, 1024: 33, 512: 49}

class Bad(Exception):
    pass

@dataclass
class Comp:
    type: int
    data: int           # load address / PSW / signature header
    blocks: list = field(default_factory=list)   # (block, count) ; block 0/None = zero fill
    chain: list = field(default_factory=list)    # blocks of the segment tables
@dataclass
class Prog:
    n: int
    block: int
    hdr: int
    comps: list
@dataclass
class Route:
    kind: str
    table: int
    progs: dict
    menu: object = None
    notes: list = field(default_factory=list)

class Disk:
    def __init__(self, path, bs=0, spt=0, heads=15):
        self.f = open(path, "rb")
        self.size = os.fstat(self.f.fileno()).st_size
        self.heads = heads
        self.bs = bs or self.guess_bs()
        self.spt = spt or SPT.get(self.bs, 12)

    def raw(self, off, n):
        self.f.seek(off)
        return self.f.read(n).ljust(n, b"\0")

    def blk(self, n, cnt=1):
        if n is None or n < 0 or (n + cnt) * self.bs > self.size + self.bs:
            raise Bad("block %r outside the disk" % n)
        return self.raw(n * self.bs, cnt * self.bs)

    def guess_bs(self):
        b0 = self.raw(0, 512)
        for bs in (4096, 2048, 1024, 512):
            m = self.raw(2 * bs, 8)
            if m[:4] in (E("VOL1"), E("LNX1"), E("CMS1")) :
                return bs
        if b0[:4] == b"zIPL":
            return struct.unpack(">H", b0[24:26])[0]
        if b0[0x70:0x74] == b"zIPL" and b0[0x76] == 1:
            return 512
        if self.raw(512, 4) == E("LNX1"):
            return 512
        if b0[0x70:0x74] == b"zIPL":
            return struct.unpack(">H", b0[0x7d:0x7f])[0]
        return 512

    # ---- block pointers: return (block or None for null, count)
    def chs(self, c, h, s):
        if c == 0 and h == 0 and s == 0:
            return None
        return (c * self.heads + h) * self.spt + s - 1

    def ptr(self, fmt, b):
        if fmt == "lin16":
            blk, size, ct = struct.unpack(">QHH", b[:12])
            return (blk or None), ct + 1, size
        if fmt == "lin8":
            blk, size, ct = struct.unpack(">IHH", b[:8])
            return (blk or None), ct + 1, size
        if fmt in ("chs16", "chs8"):
            c, h, s, size, ct = struct.unpack(">HHBHB", b[:8])
            c |= (h & 0xfff0) << 12
            return self.chs(c, h & 0xf, s), ct + 1, size
        if fmt == "ld16":
            c, h, s, ct = struct.unpack(">IBB4xH", b[:12])
            return self.chs(c, h, s), ct + 1, self.bs
        raise ValueError(fmt)

    def psize(self, fmt):
        return 8 if fmt in ("lin8", "chs8") else 16

    def segtable(self, fmt, blk):
        out, chain, n = [], [], self.psize(fmt)
        last = self.bs // n - 1
        seen = set()
        while blk is not None:
            if blk in seen:
                raise Bad("segment table loop")
            seen.add(blk)
            chain.append(blk)
            t = self.blk(blk)
            nxt = None
            for i in range(last + 1):
                e = t[i * n:(i + 1) * n]
                b, ct, size = self.ptr(fmt, e)
                if i == last:
                    nxt = b
                    break
                if b is None:
                    if size and e[:5] == b"\0" * 5 and fmt.startswith("chs") and e != b"\0" * n:
                        out.append((None, ct)); continue
                    break
                if size != self.bs and fmt != "ld16":
                    raise Bad("pointer with block size %d" % size)
                out.append((b, ct))
            blk = nxt
        return out, chain

    def program(self, fmt, n, blk):
        t = self.blk(blk)
        if t[:4] != b"zIPL":
            raise Bad("program %d: no magic in component table at block %d" % (n, blk))
        comps, off = [], 32
        while off + 32 <= self.bs:
            e = t[off:off + 32]
            ty, data = e[23], struct.unpack(">Q", e[24:])[0]
            if ty == 1:
                comps.append(Comp(1, data)); break
            if ty not in (2, 3):
                raise Bad("component type %d" % ty)
            b, _, _ = self.ptr(fmt, e)
            bl, ch = self.segtable(fmt, b)
            comps.append(Comp(ty, data, bl, ch))
            off += 32
        return Prog(n, blk, t[4], comps)

    def table(self, kind, fmt, blk):
        t = self.blk(blk)[:512]
        if t[:4] != b"zIPL":
            raise Bad("%s: no magic in program table at block %r" % (kind, blk))
        n, progs = self.psize(fmt), {}
        r = Route(kind, blk, progs)
        for i in range(512 // n - 1):
            b, _, _ = self.ptr(fmt, t[(i + 1) * n:(i + 2) * n])
            if b is not None:
                progs[i] = self.program(fmt, i, b)
        return r

    def read(self, comp):
        return b"".join(bytes(c * self.bs) if b is None else self.blk(b, c) for b, c in comp.blocks)

    # ---- menu text in stage 2
    def menu(self, s2):
        at = s2.find(E("zIPL v"))
        if at < 0:
            return None
        for psz in (140, 132):
            o = at - psz
            if o >= 0 and struct.unpack(">H", s2[o + 4:o + 6])[0] == psz:
                break
        else:
            return None
        flag, tmo, ban = struct.unpack(">HHH", s2[o:o + 6])
        cfg = struct.unpack(">63H", s2[o + 6:o + 132])
        kd = struct.unpack(">Q", s2[o + 132:o + 140])[0] if psz == 140 else 0
        s = lambda off: s2[o + off:].split(b"\0")[0].decode("cp037")
        return {"prompt": flag, "timeout": tmo, "banner": s(ban), "kdump": kd, "at": o, "size": psz,
                "entries": {i: s(c) for i, c in enumerate(cfg) if c}}

    def stage2_via_1b(self, seek_fmt, s1b_blocks):
        s1b = b"".join(self.blk(b) for b in s1b_blocks)
        blocks = []
        if seek_fmt == "eckd":
            for cnt in (24, 16):
                seek = s1b[cnt * 32:cnt * 40]
                for i in range(cnt):
                    _, c, h, s, _ = struct.unpack(">HHHBB", seek[i * 8:i * 8 + 8])
                    c |= (h & 0xfff0) << 12
                    b = self.chs(c, h & 0xf, s)
                    if b is None: break
                    blocks.append(b)
                if blocks: break
        else:
            for cnt in (24, 16):
                ld = s1b[cnt * 16:cnt * 24]
                if ld[:4] == b"\x06\0\0\1":
                    blocks = [struct.unpack(">I", ld[i * 8 + 4:i * 8 + 8])[0] for i in range(cnt)]
                    blocks = [b for b in blocks if b]
                    break
        return b"".join(self.blk(b) for b in blocks), blocks

    def routes(self):
        out, b0 = [], self.raw(0, max(512, self.bs))
        lab = self.raw(2 * self.bs, 8)
        if b0[:4] == b"zIPL":
            p = b0[16:32]
            r = self.table("scsi", "lin16", self.ptr("lin16", p)[0])
            if b0[0x70:0x74] == b"zIPL" and b0[0x75] == 1:
                r.notes.append("dump super block at byte %d" % struct.unpack(">Q", b0[0x78:0x80])[0])
            out.append(r)
            return out
        cdl = b0[:4] == E("IPL1") or lab[:4] == E("VOL1")
        if cdl:
            ipl2 = self.blk(1)
            bi = ipl2[92:132]
            vl = self.blk(2)
            br = vl[4 + 74 + 6:4 + 74 + 6 + 5]   # see vol_label: br field
            br = vl[84 - 6:84 - 1]
            # VOL1 label with key: volkey4 vollbl4 volid6 sec1 vtoc5 res5 ci4 blk4 lab4 res4 lvtoc14 res18 -> br
            o = 4 + 4 + 6 + 1 + 5 + 5 + 4 + 4 + 4 + 4 + 14
            self.vol_tail = vl[o:o + 40].hex()
            for cand in range(o, o + 30):
                c, h, s = struct.unpack(">HHB", vl[cand:cand + 5])
                cc = c | (h & 0xfff0) << 12
                if s == 0 or s > self.spt or (h & 0xf) >= self.heads or cc > 10_000_000: continue
                b = self.chs(cc, h & 0xf, s)
                try:
                    if self.blk(b)[:4] == b"zIPL" and self.blk(b)[510:512] == b"\x55\xaa":
                        rec = self.blk(b)
                        r = self.table("eckd-ld", "ld16", self.ptr("ld16", rec[16:32])[0])
                        r.notes.append("br at label offset %d -> block %d" % (cand, b))
                        out.append(r)
                        break
                except Bad:
                    pass
            if bi[:4] == b"zIPL":
                self.bootinfo(out, bi, "eckd-cdl", ipl2[4:])
            else:
                b, _, _ = self.ptr("chs8", ipl2[4:12])
                r = self.table("eckd-cdl-old", "chs8", b)
                nb = -(-4096 // self.bs)
                r.menu = self.menu(self.blk(3, nb))
                out.append(r)
            return out
        bi = b0[0x70:0x98]
        if bi[:4] == b"zIPL":
            self.bootinfo(out, bi, "fba" if bi[6] == 1 else "eckd-ldl", b0[24:])
            return out
        # old generation without magic: FBA at 0x18, LDL at block 1
        for kind, fmt, p in (("fba-old", "lin8", b0[0x18:0x20]), ("eckd-ldl-old", "chs8", self.raw(self.bs, 8))):
            try:
                b, ct, size = self.ptr(fmt, p)
                if b is None or size != self.bs:
                    continue
                r = self.table(kind, fmt, b)
            except Bad:
                continue
            if kind == "fba-old":
                blocks = [struct.unpack(">I", b0[0xa8 + 8 * i + 4:0xa8 + 8 * i + 8])[0] for i in range(8)]
            else:
                s1 = self.blk(1)[16:]
                blocks = []
                for i in range(8):
                    _, c, h, s, _ = struct.unpack(">HHHBB", s1[256 + 8 * i:264 + 8 * i])
                    x = self.chs(c | (h & 0xfff0) << 12, h & 0xf, s)
                    if x is None: break
                    blocks.append(x)
            r.menu = self.menu(b"".join(self.blk(x) for x in blocks if x))
            r.notes.append("stage2 blocks %s" % blocks)
            out.append(r)
            break
        return out

    def bootinfo(self, out, bi, kind, stage1):
        ver, bp, dev, flags = bi[4:8]
        if bp == 1:
            out.append(Route(kind + "-dump", 0, {}, None, ["dump params " + bi[8:24].hex()]))
            return
        fmt = "lin16" if dev == 1 else "chs16"
        r = self.table(kind, fmt, self.ptr(fmt, bi[8:24])[0])
        if dev == 0:
            s1b = []
            for i in range(2):
                _, c, h, s, _ = struct.unpack(">HHHBB", stage1[72 + 8 * i:80 + 8 * i])
                b = self.chs(c | (h & 0xfff0) << 12, h & 0xf, s)
                if b is not None: s1b.append(b)
            s2, bl = self.stage2_via_1b("eckd", s1b)
        else:
            full = self.raw(0, 512)
            s1b = [struct.unpack(">I", full[0x40 + 8 * i + 4:0x48 + 8 * i])[0] for i in range(2)]
            s2, bl = self.stage2_via_1b("fba", [b for b in s1b if b])
        r.menu = self.menu(s2)
        r.notes.append("stage1b %s stage2 %s" % (s1b, bl))
        out.append(r)

def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("image"); ap.add_argument("-b", type=int, default=0)
    ap.add_argument("-s", type=int, default=0); ap.add_argument("-H", type=int, default=15)
    ap.add_argument("-v", action="store_true"); ap.add_argument("-x")
    o = ap.parse_args()
    d = Disk(o.image, o.b, o.s, o.H)
    print("block size", d.bs)
    for r in d.routes():
        print("route %s: program table at block %s; %s" % (r.kind, r.table, "; ".join(r.notes)))
        if r.menu:
            m = r.menu
            print("  menu: prompt=%d timeout=%d banner=%r kdump=%#x params-size=%d" % (m["prompt"], m["timeout"], m["banner"], m["kdump"], m["size"]))
            for i, t in m["entries"].items():
                print("    %2d: %r" % (i, t))
        for n, p in r.progs.items():
            print("  program %d: component table at block %d header type %d" % (n, p.block, p.hdr))
            for c in p.comps:
                if c.type == 1:
                    print("    execute psw %016x" % c.data)
                else:
                    nb = sum(k for _, k in c.blocks)
                    print("    %s %#x: %d bytes in %d pointers, %d segment table(s)%s" % (
                        "load" if c.type == 2 else "signature", c.data, nb * d.bs, len(c.blocks), len(c.chain),
                        " " + str(c.blocks[:6]) if o.v else ""))
                if o.x and c.type != 1:
                    os.makedirs(o.x, exist_ok=True)
                    open("%s/%s-%d.%x.bin" % (o.x, r.kind, n, c.data), "wb").write(d.read(c))

if __name__ == "__main__":
    main()
